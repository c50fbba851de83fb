//! Who calls, and what they may see: the extractor that every handler names.
//!
//! The token says who; the database says what. `Caller<ReviewReports>` in a signature means: a caller whose
//! grants give the permission `review_reports`, with the sight that the table in `access/permissions.rs` states.

use std::borrow::Cow;
use std::future::Future;
use std::marker::PhantomData;
use std::net::IpAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::{Method, header};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use disnaker_entity::access::Role;
use disnaker_entity::company::CompanyId;
use disnaker_entity::mediation::CasePartyId;
use disnaker_entity::school::SchoolId;
use disnaker_entity::seeker::SeekerId;
use disnaker_entity::training::ProviderId;
use sea_orm::{ColumnTrait, Condition, DbErr, Value};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::access::permissions::{Open, Permission, Sight};
use crate::app::State;
use crate::change::{self, Answer, Change, Key, Who};
use crate::db::Session;
use crate::paging::{PAGE, Paging};
use crate::problem::{Fault, FaultCode, Kind, Language, Problem, Text};
use crate::reads::{self, Read};
use crate::wire::Facts;

/// Who a token names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    /// Issuer of the token.
    pub issuer: String,
    /// Subject: a client, `<client>:<user>`, or a user of an outside issuer.
    pub subject: String,
}

impl Identity {
    /// As the journal and the access records name it.
    #[must_use]
    pub fn actor(&self) -> String {
        format!("{}|{}", self.issuer, self.subject)
    }

    /// The identity that the journal names so; none for the service itself. An issuer is a URL, which has no such bar.
    #[must_use]
    pub fn of_actor(actor: &str) -> Option<Self> {
        let (issuer, subject) = actor.split_once('|')?;
        Some(Self { issuer: issuer.to_owned(), subject: subject.to_owned() })
    }
}

/// Where a role holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Realm {
    /// Nowhere in particular.
    Nowhere,
    /// In an office.
    Office(String),
    /// In a company.
    Company(CompanyId),
    /// In a school.
    School(SchoolId),
    /// In one's own record.
    Seeker(SeekerId),
    /// In a training provider.
    Provider(ProviderId),
    /// On a side of a dispute.
    Party(CasePartyId),
}

impl Realm {
    /// The one that is there, of the columns in which a realm is kept.
    #[must_use]
    pub fn of(
        office: Option<String>,
        company: Option<CompanyId>,
        school: Option<SchoolId>,
        seeker: Option<SeekerId>,
        provider: Option<ProviderId>,
        party: Option<CasePartyId>,
    ) -> Self {
        let (office, company) = (office.map(Self::Office), company.map(Self::Company));
        let (school, seeker) = (school.map(Self::School), seeker.map(Self::Seeker));
        let (provider, party) = (provider.map(Self::Provider), party.map(Self::Party));
        office.or(company).or(school).or(seeker).or(provider).or(party).unwrap_or(Self::Nowhere)
    }

    /// The office, for a role in one.
    #[must_use]
    pub fn office(&self) -> Option<&str> {
        if let Self::Office(office) = self { Some(office) } else { None }
    }

    /// The company, for a role in one.
    #[must_use]
    pub const fn company(&self) -> Option<CompanyId> {
        if let Self::Company(id) = self { Some(*id) } else { None }
    }

    /// The school, for a role in one.
    #[must_use]
    pub const fn school(&self) -> Option<SchoolId> {
        if let Self::School(id) = self { Some(*id) } else { None }
    }

    /// The record, for a person's role in their own.
    #[must_use]
    pub const fn seeker(&self) -> Option<SeekerId> {
        if let Self::Seeker(id) = self { Some(*id) } else { None }
    }

    /// The training provider, for a role in one.
    #[must_use]
    pub const fn provider(&self) -> Option<ProviderId> {
        if let Self::Provider(id) = self { Some(*id) } else { None }
    }

    /// The party, for a role on a side of a dispute.
    #[must_use]
    pub const fn party(&self) -> Option<CasePartyId> {
        if let Self::Party(id) = self { Some(*id) } else { None }
    }
}

/// As text; empty for nowhere.
impl std::fmt::Display for Realm {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Nowhere => Ok(()),
            Self::Office(office) => office.fmt(out),
            Self::Company(id) => id.fmt(out),
            Self::School(id) => id.fmt(out),
            Self::Seeker(id) => id.fmt(out),
            Self::Provider(id) => id.fmt(out),
            Self::Party(id) => id.fmt(out),
        }
    }
}

/// A role that an identity has somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Role.
    pub role: Role,
    /// Where.
    pub realm: Realm,
    /// The company that acts there, where a mandate gives the role.
    pub agent: Option<CompanyId>,
}

/// What a caller may see of a permission's subjects. Every select starts from one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Everything that is public.
    pub public: bool,
    /// Rows of these offices.
    pub offices: Vec<String>,
    /// Rows of every office in these provinces.
    pub provinces: Vec<String>,
    /// Rows of these companies.
    pub companies: Vec<CompanyId>,
    /// Rows of these schools.
    pub schools: Vec<SchoolId>,
    /// These persons' own rows.
    pub seekers: Vec<SeekerId>,
    /// Rows of these training providers.
    pub providers: Vec<ProviderId>,
    /// Cases of these parties to a dispute.
    pub parties: Vec<CasePartyId>,
}

/// Whoever has a scope: a caller, or the change that a caller makes.
pub trait Sees {
    /// The scope.
    fn scope(&self) -> &Scope;

    /// Every role.
    fn grants(&self) -> &[Grant];

    /// Who it is, as the journal names them.
    fn name(&self) -> Cow<'_, str>;

    /// The agent as whom a company's report is filed by a mandate; none where the caller is of the company itself. `Files` is
    /// the permission to file that kind of report.
    fn agent_for<Files: Permission>(&self, company: CompanyId) -> Option<CompanyId> {
        let files = |grant: &&Grant| Files::ROLES.iter().any(|(role, _)| *role == grant.role);
        // The roles that were given come before those that follow from mandates.
        self.grants()
            .iter()
            .filter(|grant| grant.realm.company() == Some(company))
            .find(files)
            .and_then(|grant| grant.agent)
    }

    /// The scope that another permission gives the same grants; an empty one where it gives none.
    fn scope_of<Q: Permission>(&self) -> Scope {
        Scope::given::<Q>(self.grants())
    }
}

impl Scope {
    /// What grants give a permission to see; nothing where they don't give it.
    #[must_use]
    pub fn given<P: Permission>(grants: &[Grant]) -> Self {
        Self::of::<P>(grants).unwrap_or_default()
    }

    /// The scope that a permission's row of the table gives to grants.
    fn of<P: Permission>(grants: &[Grant]) -> Option<Self> {
        let mut scope = Self { public: P::OPEN == Open::Public, ..Self::default() };
        let mut permitted = P::OPEN != Open::Granted;
        for grant in grants {
            let Some((_, sight)) = P::ROLES.iter().find(|(role, _)| *role == grant.role) else { continue };
            permitted = true;
            match (sight, &grant.realm) {
                (Sight::Province, Realm::Office(office)) if province_of(office).is_some() => {
                    scope.provinces.extend(province_of(office).map(str::to_owned));
                }
                (Sight::Office | Sight::Province, Realm::Office(office)) => scope.offices.push(office.clone()),
                (Sight::Company, Realm::Company(company)) => scope.companies.push(*company),
                (Sight::School, Realm::School(school)) => scope.schools.push(*school),
                (Sight::Own, Realm::Seeker(seeker)) => scope.seekers.push(*seeker),
                (Sight::Provider, Realm::Provider(provider)) => scope.providers.push(*provider),
                (Sight::Party, Realm::Party(party)) => scope.parties.push(*party),
                _ => {}
            }
        }
        permitted.then_some(scope)
    }

    /// Rows of the offices seen.
    pub fn of_offices<C: ColumnTrait>(&self, office: C) -> Condition {
        let below = |province: &String| {
            Condition::all().add(office.gte(province.as_str())).add(office.lt(format!("{province}~")))
        };
        let mut any = Condition::any();
        if !self.offices.is_empty() {
            any = any.add(office.is_in(self.offices.iter().map(String::as_str)));
        }
        any = self.provinces.iter().map(below).fold(any, Condition::add);
        never_if_empty(any)
    }

    /// Rows of the companies seen.
    pub fn of_companies<C: ColumnTrait>(&self, company: C) -> Condition {
        one_of(company, &self.companies)
    }

    /// Rows of the schools seen.
    pub fn of_schools<C: ColumnTrait>(&self, school: C) -> Condition {
        one_of(school, &self.schools)
    }

    /// The own rows of the persons seen.
    pub fn of_seekers<C: ColumnTrait>(&self, seeker: C) -> Condition {
        one_of(seeker, &self.seekers)
    }

    /// Rows of the training providers seen.
    pub fn of_providers<C: ColumnTrait>(&self, provider: C) -> Condition {
        one_of(provider, &self.providers)
    }

    /// Rows of the offices, the training providers or the persons seen. A branch that nothing can meet would cost `SQLite` the index
    /// of the others, and is left out.
    pub fn of_any<C: ColumnTrait>(&self, office: C, provider: C, seeker: Option<C>) -> Condition {
        let mut any = Condition::any();
        if !self.offices.is_empty() || !self.provinces.is_empty() {
            any = any.add(self.of_offices(office));
        }
        if !self.providers.is_empty() {
            any = any.add(self.of_providers(provider));
        }
        if let Some(seeker) = seeker.filter(|_| !self.seekers.is_empty()) {
            any = any.add(self.of_seekers(seeker));
        }
        never_if_empty(any)
    }

    /// Rows of the offices or the companies seen.
    pub fn of_either<O: ColumnTrait, C: ColumnTrait>(&self, office: O, company: C) -> Condition {
        match (self.offices.is_empty() && self.provinces.is_empty(), self.companies.is_empty()) {
            (false, true) => self.of_offices(office),
            (true, _) => self.of_companies(company),
            (false, false) => Condition::any().add(self.of_offices(office)).add(self.of_companies(company)),
        }
    }

    /// Whether an office is among those seen.
    #[must_use]
    pub fn covers_office(&self, office: &str) -> bool {
        self.offices.iter().any(|seen| seen == office)
            || self.provinces.iter().any(|province| office.starts_with(province.as_str()))
    }

    /// Whether a company is among those seen by name (not by its office).
    #[must_use]
    pub fn covers_company(&self, company: CompanyId) -> bool {
        self.companies.contains(&company)
    }

    /// Whether some office is seen.
    #[must_use]
    pub fn is_staff(&self) -> bool {
        !self.offices.is_empty() || !self.provinces.is_empty()
    }
}

fn one_of<C: ColumnTrait, V: Into<Value> + Copy>(column: C, values: &[V]) -> Condition {
    let any = Condition::any();
    never_if_empty(if values.is_empty() { any } else { any.add(column.is_in(values.iter().copied())) })
}

fn never_if_empty(condition: Condition) -> Condition {
    if condition.is_empty() { Condition::all().add(sea_orm::sea_query::Expr::cust("1 = 0")) } else { condition }
}

/// The province that an office is the office of, if it is a province's.
#[must_use]
pub fn province_of(office: &str) -> Option<&str> {
    office.split('-').next().filter(|region| region.len() == 2)
}

/// A caller who has the permission `P`.
pub struct Caller<P> {
    state: Arc<State>,
    scope: Arc<Scope>,
    identity: Option<Arc<Identity>>,
    grants: Arc<[Grant]>,
    language: Language,
    key: Option<Key>,
    facts: Rc<Facts>,
    request: HttpRequest,
    permission: PhantomData<P>,
}

impl<P> Sees for Caller<P> {
    fn scope(&self) -> &Scope {
        &self.scope
    }

    fn grants(&self) -> &[Grant] {
        &self.grants
    }

    fn name(&self) -> Cow<'_, str> {
        self.identity.as_ref().map_or(Cow::Borrowed("anonymous"), |identity| Cow::Owned(identity.actor()))
    }
}

impl<P: Permission> Caller<P> {
    /// The service's state.
    #[must_use]
    pub fn state(&self) -> &Arc<State> {
        &self.state
    }

    /// Where reads go.
    #[must_use]
    pub fn reader(&self) -> &Session {
        self.state.db.reader()
    }

    /// The page that a filter asks of a list, by its `limit` and `cursor`.
    ///
    /// # Errors
    /// Those of [`Paging::asked`].
    pub fn paging<K>(&self, list: &str, filter: &impl Serialize) -> Result<Paging<'_, K>, Problem>
    where
        K: Serialize + DeserializeOwned,
    {
        Paging::asked(&self.state.cursors, list, filter, PAGE)
    }

    /// The language of texts.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// Who calls, where they are known.
    #[must_use]
    pub fn identity(&self) -> Option<&Identity> {
        self.identity.as_deref()
    }

    /// Who calls, as the journal names them.
    #[must_use]
    pub fn actor(&self) -> String {
        self.name().into_owned()
    }

    /// A read of a person's data by this caller, to be completed by the handler.
    #[must_use]
    pub fn reading(&self) -> Read {
        Read::by(self.state.clock.now(), self.actor())
    }

    /// Takes note of a read; it is recorded within a second.
    pub fn read(&self, read: Read) {
        self.state.reads.note(self.state.clock.id(), read);
    }

    /// Takes note of a page of people that was read, as one read with its filter and their number.
    pub fn read_page(&self, subject_kind: &'static str, filter: &str, persons: usize) {
        let persons = i32::try_from(persons).unwrap_or(i32::MAX);
        self.read(Read { act: "list", subject_kind, filter: Some(filter.to_owned()), persons, ..self.reading() });
    }

    /// Puts a read on record before it is answered.
    ///
    /// # Errors
    /// The database's own: nothing is shown then.
    pub async fn record(&self, read: Read) -> Result<(), DbErr> {
        reads::record(self.state.db.writer(), [(self.state.clock.id(), read)]).await
    }

    /// Counts what a request asks beyond one request, as it is known once its body was read.
    ///
    /// # Errors
    /// `rate-limited`.
    pub fn charge(&self, more: u32) -> Result<(), Problem> {
        self.state.limits.admit_more(self.identity(), more, &self.facts)
    }

    /// Writes: one transaction for rows, journal, movements and the idempotent answer.
    ///
    /// # Errors
    /// What the closure refuses, or the database's own; nothing is written then.
    pub async fn change<T, F>(&self, work: F) -> Result<HttpResponse, Problem>
    where
        T: Serialize + 'static,
        F: AsyncFn(&mut Change) -> Result<Answer<T>, Problem> + 'static,
    {
        let key = self.key.clone().map(|key| Key { fingerprint: self.facts.fingerprint(&self.request), ..key });
        let who = Who { scope: Arc::clone(&self.scope), grants: Arc::clone(&self.grants), actor: self.actor() };
        change::run(Arc::clone(&self.state), who, key, work).await
    }
}

impl<P: Permission> FromRequest for Caller<P> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let facts = Facts::of(request);
        facts.await_caller();
        let request = request.clone();
        Box::pin(async move {
            let caller = admit(&request, &facts).await;
            if caller.is_ok() {
                facts.caller_known();
            }
            caller
        })
    }
}

async fn admit<P: Permission>(request: &HttpRequest, facts: &Rc<Facts>) -> Result<Caller<P>, Problem> {
    let state = request
        .app_data::<Data<State>>()
        .ok_or_else(|| Problem::internal("the app has no state"))?
        .clone()
        .into_inner();
    let identity = match bearer(request)? {
        None if P::OPEN == Open::Public => None,
        None => return Err(Problem::new(Kind::Unauthenticated)),
        Some(token) => {
            let verified = state.issuers.verify(token, state.clock.now()).await;
            if verified.is_none() {
                // Whoever tries tokens is counted by address.
                state.limits.admit(None, address(request, &state), false, facts)?;
                return Err(Problem::new(Kind::Unauthenticated));
            }
            verified
        }
    };
    let write = !matches!(*request.method(), Method::GET | Method::HEAD);
    state.limits.admit(identity.as_deref(), address(request, &state), write, facts)?;
    let grants: Arc<[Grant]> = match &identity {
        Some(identity) => crate::access::grants_of(&state, identity).await?,
        None => Arc::from([]),
    };
    let _ = facts.caller_kind.set(match (&identity, grants.first()) {
        (None, _) => "anonymous",
        (Some(_), None) => "anyone",
        (Some(_), Some(grant)) => grant.role.as_str(),
    });
    let scope = Scope::of::<P>(&grants).ok_or_else(|| Problem::new(Kind::Forbidden))?;
    let key = idempotency_key(request, identity.as_deref())?;
    Ok(Caller {
        scope: Arc::new(scope),
        identity,
        grants,
        language: facts.language,
        key,
        facts: Rc::clone(facts),
        request: request.clone(),
        state,
        permission: PhantomData,
    })
}

/// The bearer token of a request (RFC 6750). A header that holds something else is no token.
fn bearer(request: &HttpRequest) -> Result<Option<&str>, Problem> {
    let Some(value) = request.headers().get(header::AUTHORIZATION) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default();
    let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
    if scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() {
        Ok(Some(token.trim()))
    } else {
        Err(Problem::new(Kind::Unauthenticated))
    }
}

/// Where a request comes from: the peer, or what the trusted proxy says.
pub fn address(request: &HttpRequest, state: &State) -> Option<IpAddr> {
    let peer = request.peer_addr().map(|peer| peer.ip());
    if peer.is_none() || peer != state.config.http.trusted_proxy {
        return peer;
    }
    let forwarded = request.headers().get("x-forwarded-for").and_then(|value| value.to_str().ok());
    forwarded.and_then(|list| list.rsplit(',').next()?.trim().parse().ok()).or(peer)
}

const KEY_SHAPE: FaultCode =
    FaultCode::new("idempotency-key", "Kunci idempotensi tidak sah", "Not a valid idempotency key");

/// The `Idempotency-Key`: 1 to 255 printable ASCII characters, on POST only.
fn idempotency_key(request: &HttpRequest, identity: Option<&Identity>) -> Result<Option<Key>, Problem> {
    let (Some(value), Some(identity)) = (request.headers().get("idempotency-key"), identity) else { return Ok(None) };
    if *request.method() != Method::POST {
        return Ok(None);
    }
    let key = value.to_str().unwrap_or_default().trim();
    if key.is_empty() || key.len() > 255 || !key.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        let expected =
            Text::of("1 sampai 255 karakter ASCII yang dapat dicetak", "1 to 255 printable ASCII characters");
        let fault = Fault::new("Idempotency-Key", KEY_SHAPE, value.as_bytes().len(), expected);
        return Err(Problem::new(Kind::InvalidHeader).faults(vec![fault]));
    }
    Ok(Some(Key { caller: identity.actor(), key: key.to_owned(), fingerprint: [0; 32] }))
}
