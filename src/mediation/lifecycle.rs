//! The lifecycle of a case, as the law has it.

use disnaker_entity::mediation::MediationStatus;

crate::lifecycle! {
    MediationStatus,
    /// What happens to a case.
    CaseEvent, "mediation_case", first Registered, last [Closed, OtherPath, Withdrawn, BackToBipartite];
    events {
        ReturnFile = "return_file", CompleteFile = "complete_file", OfferPaths = "offer_paths", ChoosePath = "choose_path",
        ChooseMediation = "choose_mediation", LapseChoice = "lapse_choice", ReferUp = "refer_up", ReferDown = "refer_down",
        Refer = "refer", Reassign = "reassign", Clarify = "clarify", ConcludeClarification = "conclude_clarification",
        HoldHearing = "hold_hearing", Agree = "agree", IssueRecommendation = "issue_recommendation",
        RecordReceipt = "record_receipt", Answer = "answer", AllAccepted = "all_accepted", Rejection = "rejection",
        LapseAnswer = "lapse_answer", Reopen = "reopen", SettleAfterRecommendation = "settle_after_recommendation",
        SettleBipartite = "settle_bipartite", RegisterSettlement = "register_settlement", RecordLawsuit = "record_lawsuit",
        Close = "close", Withdraw = "withdraw", BackToBipartite = "back_to_bipartite",
    }
    Registered       ReturnFile                Returned         Office "UU 2/2004 art. 4(2): no proof of bipartite talks";
    Registered       OfferPaths                PathsOffered     Office "UU 2/2004 art. 4(3): the office offers conciliation or arbitration";
    Registered       ReferUp                   AwaitingReferral Office "Permenakertrans 17/2014 art. 12: more than one district, or no mediator in it";
    Registered       Refer                     Referred         Office "UU 2/2004 art. 8: a dispute on rights goes to mediation only";
    Registered       SettleBipartite           Settled          Office "UU 2/2004 art. 7: the parties settled by themselves";
    Registered       Close                     Closed           Office "Permenakertrans 17/2014 art. 12: no case of this office";
    Registered       Withdraw                  Withdrawn        Either "who registered it takes it back: no article bars it";
    Returned         CompleteFile              Registered       Either "UU 2/2004 art. 4(2): the party completes the file";
    Returned         SettleBipartite           Settled          Office "UU 2/2004 art. 7: the parties settled by themselves";
    Returned         Close                     Closed           Office "UU 2/2004 art. 4(2): the file was not completed";
    Returned         Withdraw                  Withdrawn        Either "who registered it takes it back: no article bars it";
    PathsOffered     ChoosePath                OtherPath        Either "UU 2/2004 art. 4(3), (5), (6): both chose conciliation or arbitration";
    PathsOffered     ChooseMediation           AwaitingReferral System "UU 2/2004 art. 4(3): both chose mediation";
    PathsOffered     LapseChoice               AwaitingReferral System "UU 2/2004 art. 4(4): no choice within the days of the rule";
    PathsOffered     SettleBipartite           Settled          Office "UU 2/2004 art. 7: the parties settled by themselves";
    PathsOffered     Withdraw                  Withdrawn        Either "who registered it takes it back: no article bars it";
    AwaitingReferral Refer                     Referred         Office "UU 2/2004 art. 4(4); Permenakertrans 17/2014 art. 12: to a mediator of the right level";
    AwaitingReferral ReferUp                   AwaitingReferral Office "Permenakertrans 17/2014 art. 12: more than one district, or no mediator in it";
    AwaitingReferral ReferDown                 AwaitingReferral Office "Permenakertrans 17/2014 art. 12: the province hands it to the district";
    AwaitingReferral SettleBipartite           Settled          Office "UU 2/2004 art. 7: the parties settled by themselves";
    AwaitingReferral Close                     Closed           Office "Permenakertrans 17/2014 art. 12: no case of this office";
    AwaitingReferral Withdraw                  Withdrawn        Either "who registered it takes it back: no article bars it";
    Referred         Clarify                   Clarification    Office "Permenakertrans 17/2014 art. 10(3)";
    Referred         HoldHearing               InMediation      Office "UU 2/2004 art. 10; Permenakertrans 17/2014 art. 13(1)b: the first hearing";
    Referred         Reassign                  Referred         Office "Permenakertrans 17/2014 art. 12: the office gives it to another mediator of its own";
    Referred         SettleBipartite           Settled          Office "UU 2/2004 art. 7: the parties settled by themselves";
    Referred         Withdraw                  Withdrawn        Either "who registered it takes it back: no article bars it";
    Clarification    ConcludeClarification     Referred         Office "Permenakertrans 17/2014 art. 10(4): on to the mediation";
    Clarification    BackToBipartite           BackToBipartite  Office "Permenakertrans 17/2014 art. 10(4): the parties talk again";
    Clarification    Reassign                  Clarification    Office "Permenakertrans 17/2014 art. 12: the office gives it to another mediator of its own";
    Clarification    SettleBipartite           Settled          Office "UU 2/2004 art. 7: the parties settled by themselves";
    Clarification    Withdraw                  Withdrawn        Either "who registered it takes it back: no article bars it";
    InMediation      HoldHearing               InMediation      Office "Permenakertrans 17/2014 art. 13(1): a further hearing";
    InMediation      Agree                     Settled          Office "UU 2/2004 art. 13(1); Permenakertrans 17/2014 art. 13(1)e: the mediator witnesses the settlement";
    InMediation      IssueRecommendation       Recommended      Office "UU 2/2004 art. 13(2)a; Permenakertrans 17/2014 art. 13(1)d";
    InMediation      Reassign                  InMediation      Office "Permenakertrans 17/2014 art. 12: the office gives it to another mediator of its own";
    InMediation      Withdraw                  Withdrawn        Either "who registered it takes it back: no article bars it";
    Recommended      RecordReceipt             Recommended      Either "Permenakertrans 17/2014 art. 14(2): the days of each party run from its own receipt";
    Recommended      Answer                    Recommended      Either "UU 2/2004 art. 13(2)c; Permenakertrans 17/2014 art. 14(2)";
    Recommended      AllAccepted               Accepted         System "UU 2/2004 art. 13(2)e; Permenakertrans 17/2014 art. 14(4): only when both accept";
    Recommended      Rejection                 Rejected         System "UU 2/2004 art. 14(1): one rejection is enough";
    Recommended      LapseAnswer               Rejected         System "UU 2/2004 art. 13(2)d; Permenakertrans 17/2014 art. 14(3): silence is a rejection";
    Recommended      Reassign                  Recommended      Office "Permenakertrans 17/2014 art. 12: the office gives it to another mediator of its own";
    Recommended      Withdraw                  Withdrawn        Either "who registered it takes it back: no article bars it";
    Accepted         SettleAfterRecommendation Settled          Office "UU 2/2004 art. 13(2)e; Permenakertrans 17/2014 art. 14(4)";
    Accepted         Reassign                  Accepted         Office "Permenakertrans 17/2014 art. 12: the office gives it to another mediator of its own";
    Accepted         Close                     Closed           Office "no settlement came of it; either party may sue (UU 2/2004 art. 5)";
    Rejected         RecordReceipt             Rejected         Either "Permenakertrans 17/2014 art. 14(2): the other party may still be handed it";
    Rejected         Answer                    Rejected         Either "Permenakertrans 17/2014 art. 14(2): the other party may still answer";
    Rejected         LapseAnswer               Rejected         System "Permenakertrans 17/2014 art. 14(3): noted for the other party, too";
    Rejected         Reopen                    Recommended      System "Permenakertrans 17/2014 art. 14(2): the answer had come in time, and was no silence";
    Rejected         RecordLawsuit             Rejected         Office "UU 2/2004 arts. 5, 14, 83";
    Rejected         Close                     Closed           Office "UU 2/2004 art. 5: the mediation has failed";
    Settled          RegisterSettlement        Settled          Either "UU 2/2004 arts. 7(3), 13(1); Permenakertrans 17/2014 art. 13(1)f";
    Settled          Close                     Closed           Office "the parties have what was agreed on";
    Closed           RegisterSettlement        Closed           Either "UU 2/2004 arts. 7(3), 13(1): also after the case was closed";
    Closed           RecordLawsuit             Closed           Office "UU 2/2004 arts. 5, 14, 83";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifecycle::{Lifecycle, step};

    #[test]
    fn from_every_status_an_end_can_be_reached() {
        for from in MediationStatus::ALL {
            let mut reached = vec![*from];
            let mut at = 0;
            while let Some(status) = reached.get(at).copied() {
                at += 1;
                for row in MediationStatus::TABLE.iter().filter(|row| row.from == status) {
                    if !reached.contains(&row.to) {
                        reached.push(row.to);
                    }
                }
            }
            assert!(reached.iter().any(|status| MediationStatus::LAST.contains(status)), "{from}");
        }
    }

    #[test]
    fn one_acceptance_and_one_silence_are_a_rejection() {
        let after = |from, event| step::<MediationStatus>(from, event).map(|step| step.to()).ok();
        let accepted_once = after(MediationStatus::Recommended, CaseEvent::Answer).unwrap();
        let silent = after(accepted_once, CaseEvent::LapseAnswer).unwrap();
        assert_eq!(silent, MediationStatus::Rejected);
        assert_eq!(after(silent, CaseEvent::AllAccepted), None, "nothing makes it an acceptance again");
        assert_eq!(after(silent, CaseEvent::Answer), Some(MediationStatus::Rejected));
        assert_eq!(after(silent, CaseEvent::SettleAfterRecommendation), None);
    }

    proptest::proptest! {
        #[test]
        fn no_sequence_of_events_leaves_the_table(events in proptest::collection::vec(0_usize..1000, 0..60)) {
            let mut status = MediationStatus::FIRST;
            for at in events {
                let event = MediationStatus::TABLE[at % MediationStatus::TABLE.len()].event;
                let row = MediationStatus::TABLE.iter().find(|row| row.from == status && row.event == event);
                let moved = step(status, event).ok();
                proptest::prop_assert_eq!(moved.is_some(), row.is_some());
                let (Some(moved), Some(row)) = (moved, row) else { continue };
                proptest::prop_assert_eq!((moved.from(), moved.to()), (row.from, row.to));
                proptest::prop_assert!(!MediationStatus::LAST.contains(&status) || moved.to() == status, "an end is one");
                status = moved.to();
            }
        }
    }
}
