//! The lifecycle of a company's registration.

use disnaker_entity::company::CompanyStatus;

crate::lifecycle! {
    CompanyStatus,
    /// What happens to a company's registration.
    CompanyEvent, "company", first Registered, last [];
    events { Verify = "verify", Reject = "reject", Resubmit = "resubmit", Change = "change" }
    Registered Verify   Verified   Office  "the office's own rule: it checks who reports to it";
    Registered Reject   Rejected   Office  "the office's own rule: it checks who reports to it, and says why not";
    Verified   Reject   Rejected   Office  "a verification that rested on false data is taken back";
    Rejected   Resubmit Registered Company "the company mends what the office named";
    Verified   Change   Registered System  "the office's own rule: under another name, or with another office, it is looked at again";
}
