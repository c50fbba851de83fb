//! The lifecycle of a vacancy.

use disnaker_entity::vacancy::VacancyStatus;

crate::lifecycle! {
    VacancyStatus,
    /// What happens to a vacancy. An event that may end in two statuses stands here once for each.
    VacancyEvent, "vacancy", first Held, last [Closed];
    events {
        Publish = "publish", Fill = "fill", FillUp = "fill_up", GiveBack = "give_back", Empty = "empty", Suspend = "suspend",
        Resume = "resume", ResumePartly = "resume", Close = "close", Expire = "expire", Revive = "revive",
        RevivePartly = "revive", ReviveHeld = "revive",
    }
    Held         Publish      Published    System "the office's own rule: public once the company is verified";
    Held         Close        Closed       Either "the company is rejected, or needs nobody any more";
    Held         Expire       Expired      System "Perpres 57/2023 art. 5(1)c: the period of validity has passed";
    Published    Fill         PartlyFilled System "Perpres 57/2023 art. 6: some are hired";
    Published    FillUp       Filled       System "Perpres 57/2023 art. 6: everybody wanted is hired";
    Published    Suspend      Suspended    Either "out of sight for a while";
    Published    Close        Closed       Either "ended before everybody was found";
    Published    Expire       Expired      System "Perpres 57/2023 art. 5(1)c: the period of validity has passed";
    PartlyFilled Fill         PartlyFilled System "Perpres 57/2023 art. 6: some more are hired";
    PartlyFilled FillUp       Filled       System "Perpres 57/2023 art. 6: everybody wanted is hired";
    PartlyFilled GiveBack     PartlyFilled System "a wrong placement is voided";
    PartlyFilled Empty        Published    System "the only placement is voided";
    PartlyFilled Suspend      Suspended    Either "out of sight for a while";
    PartlyFilled Close        Closed       Either "ended before everybody was found";
    PartlyFilled Expire       Expired      System "Perpres 57/2023 art. 5(1)c: the period of validity has passed";
    Filled       GiveBack     PartlyFilled System "a wrong placement is voided, or a correction wants more persons";
    Filled       Empty        Published    System "the only placement is voided";
    Filled       Close        Closed       System "an accepted correction leaves its line out";
    Suspended    Fill         Suspended    System "Perpres 57/2023 art. 6: who was hired is reported meanwhile, too";
    Suspended    FillUp       Filled       System "Perpres 57/2023 art. 6: everybody wanted is hired";
    Suspended    GiveBack     Suspended    System "a wrong placement is voided";
    Suspended    Empty        Suspended    System "the only placement is voided";
    Suspended    Resume       Published    Either "back in sight";
    Suspended    ResumePartly PartlyFilled Either "back in sight";
    Suspended    Close        Closed       Either "ended before everybody was found";
    Suspended    Expire       Expired      System "Perpres 57/2023 art. 5(1)c: the period of validity has passed";
    Expired      Fill         Expired      System "Perpres 57/2023 art. 6: who was hired is reported after the end, too";
    Expired      FillUp       Filled       System "Perpres 57/2023 art. 6: everybody wanted is hired";
    Expired      GiveBack     Expired      System "a wrong placement is voided";
    Expired      Empty        Expired      System "the only placement is voided";
    Expired      Revive       Published    System "an accepted correction gives a longer validity";
    Expired      RevivePartly PartlyFilled System "an accepted correction gives a longer validity";
    Expired      ReviveHeld   Held         System "an accepted correction gives a longer validity; the company is not verified";
    Expired      Close        Closed       System "an accepted correction leaves its line out";
    Closed       GiveBack     Closed       System "a wrong placement is voided; the vacancy stays closed";
    Closed       Empty        Closed       System "the only placement is voided; the vacancy stays closed";
}
