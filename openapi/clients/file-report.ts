// Lists vacancies, and files a vacancy report: with the types that openapi-typescript makes of the document, and its
// client openapi-fetch. The compiler checks paths, parameters, bodies and answers against the document.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

const baseUrl = process.env.DISNAKER_PUBLIC_URL ?? "http://127.0.0.1:8080";
const day = (after: number): string => new Date(Date.now() + after * 86_400_000).toISOString().slice(0, 10);

const everybody = createClient<paths>({ baseUrl });
const { data: page } = await everybody.GET("/v1/vacancies", { params: { query: { q: "operator", limit: 3 } } });
const [vacancy] = page?.data ?? [];
assert(vacancy, "the demo has vacancies for an operator");
console.log(`TypeScript: ${page?.data.length} vacancies, the first: ${vacancy.title}`);

const company = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${process.env.DISNAKER_TOKEN}` } });
const { data: companies } = await company.GET("/v1/companies");
const [own] = companies?.data ?? [];
assert(own, "the caller has a company");
const line: components["schemas"]["VacancyLine"] = {
    title: "Operator Forklift",
    occupation: "83",
    wanted: { any: 2 },
    work_region: "36.72",
    valid_from: day(0),
    valid_until: day(60),
};
const { data: draft, error } = await company.POST("/v1/vacancy-reports", {
    params: { header: { "Idempotency-Key": randomUUID() } },
    body: { company_id: own.id, lines: [line] },
});
assert(draft?.status === "draft", JSON.stringify(error));
const path = { id: draft.id };
const submitted = await company.POST("/v1/vacancy-reports/{id}/submit", { params: { path } });
assert.equal(submitted.response.status, 200, JSON.stringify(submitted.error));
const { data: report } = await company.GET("/v1/vacancy-reports/{id}", { params: { path } });
assert(report?.status === "submitted" && report.persons_wanted === 2, JSON.stringify(report));
console.log(`TypeScript: filed ${report.number}`);
