//! What the queries of both kinds of reports share.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Select};

use super::bodies::ReportFilter;

/// Narrows a list of reports to what the filter asks for; the columns are status, company, office, number and reference.
pub fn narrowed<E: EntityTrait>(mut select: Select<E>, filter: &ReportFilter, columns: [E::Column; 5]) -> Select<E> {
    let [status, company, office, number, reference] = columns;
    if let Some(wanted) = filter.status {
        select = select.filter(status.eq(wanted));
    }
    if let Some(wanted) = filter.company_id {
        select = select.filter(company.eq(wanted));
    }
    for (column, wanted) in [(office, &filter.office), (number, &filter.number), (reference, &filter.reference)] {
        if let Some(wanted) = wanted {
            select = select.filter(column.eq(wanted.as_str()));
        }
    }
    select
}
