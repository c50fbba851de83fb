//! What the queries of both kinds of reports share.

use sea_orm::{EntityTrait, Select};

use super::bodies::ReportFilter;
use crate::paging::Only;

/// Narrows a list of reports to what the filter asks for; the columns are status, company, office, number and reference.
pub fn narrowed<E: EntityTrait>(select: Select<E>, filter: &ReportFilter, columns: [E::Column; 5]) -> Select<E> {
    let [status, company, office, number, reference] = columns;
    select
        .only(status, filter.status)
        .only(company, filter.company_id)
        .only(office, filter.office.as_deref())
        .only(number, filter.number.as_deref())
        .only(reference, filter.reference.as_deref())
}
