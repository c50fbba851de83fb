//! The lifecycle of a training certificate.

use disnaker_entity::training::CertificateStatus;

crate::lifecycle! {
    CertificateStatus,
    /// What happens to a training certificate.
    CertificateEvent, "training_certificate", first Issued, last [Revoked];
    events { Revoke = "revoke" }
    Issued Revoke Revoked Office "the office's own rule: it should not have been given";
}
