//! The lifecycle of a consultation.

use disnaker_entity::consultation::ConsultationStatus;

crate::lifecycle! {
    ConsultationStatus,
    /// What happens to a consultation.
    ConsultationEvent, "consultation", first Open, last [Withdrawn, Converted];
    events {
        Assign = "assign", Answer = "answer", Ask = "ask", Withdraw = "withdraw", Close = "close", Lapse = "lapse",
        Reopen = "reopen", Convert = "convert",
    }
    Open     Assign   Assigned  Office "an officer is named who answers";
    Assigned Assign   Assigned  Office "another officer is named, with a reason";
    Answered Assign   Answered  Office "another officer is named, with a reason";
    Open     Answer   Answered  Office "the office answers";
    Assigned Answer   Answered  Office "the office answers";
    Answered Answer   Answered  Office "the office adds to its answer";
    Open     Ask      Open      Person "the asker says more";
    Assigned Ask      Assigned  Person "the asker says more";
    Answered Ask      Open      Person "the asker asks on";
    Open     Withdraw Withdrawn Person "the asker takes it back before it was answered";
    Assigned Withdraw Withdrawn Person "the asker takes it back before it was answered";
    Open     Close    Closed    Person "the asker does not wait for another answer";
    Assigned Close    Closed    Person "the asker does not wait for another answer";
    Answered Close    Closed    Either "it is answered";
    Answered Lapse    Closed    System "policy consultation.silence-closes: no word from the asker";
    Closed   Reopen   Open      Person "policy consultation.reopen: the asker asks again";
    Open     Convert  Converted Office "it became a case of mediation (UU 2/2004 art. 4)";
    Assigned Convert  Converted Office "it became a case of mediation (UU 2/2004 art. 4)";
    Answered Convert  Converted Office "it became a case of mediation (UU 2/2004 art. 4)";
}
