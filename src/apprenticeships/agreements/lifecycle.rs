//! The lifecycle of an agreement.

use disnaker_entity::apprenticeship::ApprenticeshipAgreementStatus;

crate::lifecycle! {
    ApprenticeshipAgreementStatus,
    /// What happens to an agreement.
    AgreementEvent, "apprenticeship_agreement", first Filed, last [Completed, Ended, Withdrawn];
    events {
        File = "file", Return = "return", Endorse = "endorse", Withdraw = "withdraw", Complete = "complete", End = "end",
        Lapse = "lapse", Stop = "stop",
    }
    Filed    Return   Returned  Office  "what does not follow arts. 10 and 11 is mended before it is endorsed";
    Returned File     Filed     Company "the company has mended it";
    Filed    Endorse  Endorsed  Office  "Permenaker 6/2020 art. 12: the office endorses it";
    Filed    Withdraw Withdrawn Company "it does not come about";
    Returned Withdraw Withdrawn Company "it does not come about";
    Endorsed Complete Completed Company "Permenaker 6/2020: who has gone through it has a certificate";
    Endorsed End      Ended     Either  "it ends before its time, and why";
    Filed    Lapse    Withdrawn System  "its programme takes no more agreements";
    Returned Lapse    Withdrawn System  "its programme takes no more agreements";
    Endorsed Stop     Ended     System  "the approval of its programme was cancelled";
}
