//! The lifecycle of an enrolment.

use disnaker_entity::training::EnrollmentStatus;

crate::lifecycle! {
    EnrollmentStatus,
    /// What happens to an enrolment.
    EnrollmentEvent, "training_enrollment", first Applied, last [Rejected, Dropped, Withdrawn];
    events {
        Admit = "admit", Test = "test", Interview = "interview", Accept = "accept", Reserve = "reserve", Reject = "reject",
        Drop = "drop", Offer = "offer", TakeUp = "take_up", Lapse = "lapse", Attend = "attend", Pass = "pass", Fail = "fail",
        Withdraw = "withdraw", Reopen = "reopen",
    }
    Applied     Admit     Admitted    Office "practice: the papers are in order (lolos administrasi)";
    Admitted    Test      Tested      Office "practice: a written test is part of the selection";
    Tested      Test      Tested      Office "the office's own rule: a score is put right before the interview";
    Tested      Interview Interviewed Office "practice: an interview is part of the selection";
    Interviewed Interview Interviewed Office "the office's own rule: a score is put right before the decision";
    Interviewed Accept    Accepted    Office "Permenaker 8/2014: a seat, by the ranking that was announced";
    Interviewed Reserve   Reserve     Office "practice: two reserves stand beside the participants";
    Reserve     Offer     Offered     System "practice: a seat became free, the next reserve is asked";
    Offered     TakeUp    Accepted    Either "practice: the reserve takes the seat";
    Offered     Lapse     Dropped     System "the office's own rule: an offer is kept for some hours";
    Accepted    Attend    Attending   Office "Permenaker 8/2014: the class begins";
    Attending   Pass      Passed      Office "Permenaker 8/2014: attendance and assessment suffice";
    Attending   Fail      Failed      Office "Permenaker 8/2014: attendance or assessment does not suffice";
    Passed      Reopen    Attending   Office "the office's own rule: a result that was written down wrongly is decided anew";
    Failed      Reopen    Attending   Office "the office's own rule: a result that was written down wrongly is decided anew";
    Applied     Reject    Rejected    Office "practice: the papers are not in order";
    Admitted    Reject    Rejected    Office "the office's own rule: it says why";
    Tested      Reject    Rejected    Office "the office's own rule: it says why";
    Interviewed Reject    Rejected    Office "the office's own rule: others rank before";
    Reserve     Reject    Rejected    Office "practice: no seat became free until the last day on which a reserve moves up";
    Applied     Drop      Dropped     Office "practice: who does not come drops out; or the class was cancelled";
    Admitted    Drop      Dropped     Office "practice: who misses the test drops out; or the class was cancelled";
    Tested      Drop      Dropped     Office "practice: who misses the interview drops out; or the class was cancelled";
    Interviewed Drop      Dropped     Office "practice: who does not come drops out; or the class was cancelled";
    Reserve     Drop      Dropped     Office "practice: who does not come drops out; or the class was cancelled";
    Offered     Drop      Dropped     Office "practice: who does not come drops out; or the class was cancelled";
    Accepted    Drop      Dropped     Office "practice: who does not come to the class loses the seat; or the class was cancelled";
    Applied     Withdraw  Withdrawn   Either "the person's own will";
    Admitted    Withdraw  Withdrawn   Either "the person's own will";
    Tested      Withdraw  Withdrawn   Either "the person's own will";
    Interviewed Withdraw  Withdrawn   Either "the person's own will";
    Reserve     Withdraw  Withdrawn   Either "the person's own will";
    Offered     Withdraw  Withdrawn   Either "the person's own will";
    Accepted    Withdraw  Withdrawn   Either "the person's own will";
    Attending   Withdraw  Withdrawn   Either "the person's own will";
}
