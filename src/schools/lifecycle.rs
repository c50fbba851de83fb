//! The lifecycle of a school's registration.

use disnaker_entity::school::SchoolStatus;

crate::lifecycle! {
    SchoolStatus,
    /// What happens to a school's registration.
    SchoolEvent, "school", first Applied, last [];
    events { Register = "register", Refuse = "refuse", Resubmit = "resubmit", End = "end", Change = "change" }
    Applied    Register Registered Office "Permenaker 39/2016 arts. 31 to 36: the district's office registers a job office (tanda daftar BKK)";
    Applied    Refuse   Refused    Office "the office's own rule: it says what is missing";
    Refused    Resubmit Applied    Person "the school mends what the office named";
    Ended      Resubmit Applied    Person "Permenaker 39/2016 arts. 31 to 36: a job office that is active again registers anew";
    Registered End      Ended      Office "Permenaker 39/2016 arts. 31 to 36: a registration is valid as long as the job office is active";
    Registered Change   Applied    System "the office's own rule: under another name, decree or licence, or with another office, it is looked at again";
}
