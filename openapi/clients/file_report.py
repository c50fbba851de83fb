"""Lists vacancies, and files a vacancy report: with the client that openapi-python-client makes of the document."""

import os
import uuid
from datetime import date, timedelta
from http import HTTPStatus

from disnaker_client import AuthenticatedClient, Client
from disnaker_client.api.companies import list_companies
from disnaker_client.api.vacancies import list_vacancies
from disnaker_client.api.vacancy_reports import create_vacancy_report, get_vacancy_report, submit_vacancy_report
from disnaker_client.models import NewVacancyReport, ReportStatus, VacancyLine, Wanted

url = os.environ["DISNAKER_PUBLIC_URL"]

everybody = Client(base_url=url)
page = list_vacancies.sync(client=everybody, q="operator", limit=3)
assert page.data, "the demo has vacancies for an operator"
print(f"Python: {len(page.data)} vacancies, the first: {page.data[0].title}")

company = AuthenticatedClient(base_url=url, token=os.environ["DISNAKER_TOKEN"])
own = list_companies.sync(client=company).data[0]
line = VacancyLine(
    title="Operator Forklift",
    occupation="83",
    wanted=Wanted(any_=2),
    work_region="36.72",
    valid_from=date.today(),
    valid_until=date.today() + timedelta(days=60),
)
draft = create_vacancy_report.sync(
    client=company,
    body=NewVacancyReport(company_id=own.id, lines=[line]),
    idempotency_key=str(uuid.uuid4()),
)
assert draft.status == ReportStatus.DRAFT, draft
assert submit_vacancy_report.sync_detailed(id=draft.id, client=company).status_code == HTTPStatus.OK
report = get_vacancy_report.sync(id=draft.id, client=company)
assert report.status == ReportStatus.SUBMITTED and report.persons_wanted == 2, report
print(f"Python: filed {report.number}")
