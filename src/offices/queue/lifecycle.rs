//! The lifecycle of a ticket.

use disnaker_entity::queue::TicketStatus;

crate::lifecycle! {
    TicketStatus,
    /// What happens to a ticket.
    TicketEvent, "queue_ticket", first Booked, last [Finished, NoShow, Cancelled];
    events {
        CheckIn = "check_in", Call = "call", Start = "start", Finish = "finish", NoShow = "no_show", Cancel = "cancel",
    }
    Booked    CheckIn CheckedIn Office "the office's own rule: the person is there";
    Booked    Cancel  Cancelled Either "the person's own will, or a day that is closed";
    Booked    NoShow  NoShow    Office "the person did not come";
    CheckedIn Call    Called    Office "the office's own rule: numbers are called in their order";
    CheckedIn Cancel  Cancelled Either "the person's own will, or a day that is closed";
    CheckedIn NoShow  NoShow    Office "the person has gone";
    Called    Call    Called    Office "the office's own rule: who did not hear is called again";
    Called    Start   Serving   Office "the office's own rule: the person is at the counter";
    Called    NoShow  NoShow    Office "the person has gone";
    Serving   Finish  Finished  Office "the office's own rule: the matter is done";
}
