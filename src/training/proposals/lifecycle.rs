//! The lifecycle of a proposal.

use disnaker_entity::training_need::TrainingProposalStatus;

crate::lifecycle! {
    TrainingProposalStatus,
    /// What happens to a proposal.
    ProposalEvent, "training_proposal", first Proposed, last [Declined, Withdrawn];
    events { Review = "review", Accept = "accept", Decline = "decline", Withdraw = "withdraw", Reopen = "reopen" }
    Proposed    Review   UnderReview Office "practice: the office looks into who would come and who could teach";
    Proposed    Accept   Accepted    Office "practice: a class is held that an organisation proposed";
    UnderReview Accept   Accepted    Office "practice: a class is held that an organisation proposed";
    Accepted    Reopen   UnderReview System "practice: the class that answered it was cancelled";
    Proposed    Decline  Declined    Office "the office does not take it up, and says why";
    UnderReview Decline  Declined    Office "the office does not take it up, and says why";
    Proposed    Withdraw Withdrawn   Either "who proposed it does not want it any more";
    UnderReview Withdraw Withdrawn   Either "who proposed it does not want it any more";
}
