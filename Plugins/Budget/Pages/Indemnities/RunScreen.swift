import Kernel

/// What the screens and papers of one run show, read in one round trip: the frozen result, or the one of the moment while the
/// run is a draft.
struct RunScreen: Sendable {
    struct Approval: Sendable {
        let label: String
        let at: Instant
    }

    /// A correction of the day of payment.
    struct PaidChange: Sendable {
        let before: CivilDate
        let after: CivilDate
        let reason: String
        let by: String
        let at: Instant
    }

    struct Adjustment: Sendable {
        let id: Identifier
        let person: Identifier
        let cents: Int
        let reason: String
    }

    let id: Identifier
    let name: String
    let number: String?
    let status: IndemnityRunStatus
    let from: CivilDate
    let to: CivilDate
    let facts: RunFacts
    let result: IndemnityResult
    /// True when the present facts no longer give what was checked.
    let isOutdated: Bool
    let approvals: [Approval]
    let adjustments: [Adjustment]
    /// Reasons by anomaly.
    let setAside: [String: String]
    let preparedBy: Set<Identifier>
    let approvedBy: Set<Identifier>
    let sentAt: Instant?
    let executionOn: CivilDate?
    let paidOn: CivilDate?
    let paidChanges: [PaidChange]
    let reason: String?
    /// Approvals asked by the rule of the day, or by that of the day of the last one.
    let needed: Int
    /// Accounts to be paid and debited, as they stand and as they were approved.
    let accounts: AccountReview
    /// The latest first.
    let files: [BankFiles.Stored]
    /// The last mail to each person about the statement.
    let mails: [Identifier: SentMail]
    /// A sheet of the period is open again after the run was sent.
    let isSheetOpen: Bool
    /// Differences noticed: of this run, and of earlier ones that a draft may take.
    let corrections: [RunCorrection]

    /// What the facts say of this run since it was sent.
    var ownCorrections: [RunCorrection] { corrections.filter { $0.run == id } }
    var takable: [RunCorrection] { status == .draft ? corrections.filter { $0.run != id && $0.openCents != 0 } : [] }

    var currentFile: BankFiles.Stored? { files.first { $0.state == .current } }

    /// Those who get something, in the order of their identifiers.
    var payees: [Identifier] { result.lines.filter { $0.finalCents > 0 }.map(\.person).sorted() }

    var hasOwnAccount: Bool { accounts.accounts[nil] != nil }
    var withoutAccount: [Identifier] { payees.filter { accounts.accounts[$0] == nil } }

    /// Accounts that wait for a second person: from the first approval on, those of a changed line.
    var toConfirm: [PayeeAccount] {
        guard status == .approved || status == .sent || (status == .checked && !approvals.isEmpty) else { return [] }
        return accounts.toConfirm(for: payees)
    }

    /// Blocking anomalies that nobody set aside yet.
    var toSettle: [IndemnityAnomaly] { result.anomalies.filter { $0.kind.isBlocking && setAside[$0.key] == nil } }

    var decisions: [String] {
        result.rules.compactMap { rule in
            rule.decision.map { "\($0.kind.label) \($0.reference) du \(French.date($0.date))" }
        }
    }

    func line(of person: Identifier) -> IndemnityLine? { result.lines.first { $0.person == person } }

    /// Lines in the order of the team's names.
    var lines: [IndemnityLine] {
        facts.sorted(result.lines, by: \.person)
    }

    /// The run as of a day on the calendars of the MSP.
    static func read(_ msp: Identifier, _ run: Identifier) -> Read<@Sendable (_ today: CivilDate) throws -> RunScreen> {
        Read(all: queries(msp, run)) { results in
            let results = Array(results)
            return { today in try RunScreen(id: run, results, today: today) }
        }
    }

    private static func queries(_ msp: Identifier, _ run: Identifier) -> [Query] {
        RunStore.frozenQueries(msp, run) + RunFacts.queries(msp, .run(run)) + [
            Query(
                """
                select name, number, status, period_from, period_to, sent_at, execution_on, paid_on, prepared_by, created_by,
                    checked_by, approvals_needed, paid_changes::text, reason, sheet_open
                from budget.indemnity_run where msp_id = $1 and id = $2
                """, .id(msp), .id(run)),
            Query(
                """
                select label, created_at, account_id, accounts::text from budget.indemnity_approval where msp_id = $1 and run_id = $2
                order by created_at, account_id
                """, .id(msp), .id(run)),
            Query(
                """
                select id, professional_id, cents, reason from budget.indemnity_adjustment
                where msp_id = $1 and run_id = $2 and archived_at is null order by id
                """, .id(msp), .id(run)),
            Query("select anomaly, reason from budget.indemnity_set_aside where msp_id = $1 and run_id = $2", .id(msp), .id(run)),
            BankFiles.Stored.query(msp, run),
            ApprovalRule.query(msp), RunCorrections.query(msp), IndemnityMails.statementMails(msp, run),
        ] + ApprovedAccounts.queries(msp)
    }

    static var queryCount: Int { 2 + RunFacts.queryCount + 8 + ApprovedAccounts.queryCount }

    init(id: Identifier, _ results: [ResultSet], today: CivilDate) throws {
        guard results.count >= Self.queryCount else { throw Refusal.notFound }
        let frozen = try RunStore.frozen(results[..<2])
        facts = try RunFacts(results[2..<(2 + RunFacts.queryCount)])
        let rest = Array(results[(2 + RunFacts.queryCount)...])
        guard let head = rest[0].first else { throw Refusal.notFound }
        let live = facts.result
        self.id = id
        name = try head["name"]
        number = try head["number"]
        status = IndemnityRunStatus(rawValue: try head["status"]) ?? .draft
        from = try head["period_from"]
        to = try head["period_to"]
        result = frozen ?? live
        isOutdated = frozen != nil && (status == .checked || status == .approved) && live.fingerprint != frozen?.fingerprint
        approvals = try rest[1].map { Approval(label: try $0[0], at: try $0[1]) }
        approvedBy = Set(try rest[1].map { try $0[2] as Identifier })
        adjustments = try rest[2].map { Adjustment(id: try $0[0], person: try $0[1], cents: try $0[2], reason: try $0[3]) }
        setAside = Dictionary(try rest[3].map { (try $0[0] as String, try $0[1] as String) }, uniquingKeysWith: { first, _ in first })
        var prepared = Set(try head["prepared_by"] as [Identifier])
        for name in ["created_by", "checked_by"] { if let account: Identifier = try head[name] { prepared.insert(account) } }
        preparedBy = prepared
        sentAt = try head["sent_at"]
        executionOn = try head["execution_on"]
        paidOn = try head["paid_on"]
        reason = try head["reason"]
        let kept: Int? = try head["approvals_needed"]
        needed = try kept ?? ApprovalRule.needed(rest[5], on: today)
        paidChanges = try (JSONValue.parse(try head["paid_changes"] as String).arrayValue ?? []).compactMap(PaidChange.init)
        isSheetOpen = try head["sheet_open"]
        corrections = try RunCorrections.read(rest[6])
        mails = Dictionary(
            try rest[7].compactMap { row in try SentMail(row, from: 1).map { (try row[0] as Identifier, $0) } }, uniquingKeysWith: { $1 })
        files = try rest[4].map(BankFiles.Stored.init)
        accounts = try ApprovedAccounts.review(
            rest[8...], approvals: try rest[1].map { try ApprovedAccounts.read($0[2], $0[3]) }, needed: needed)
    }
}

/// A run with the MSP it belongs to: what its documents and files are made from.
struct RunPapers: Sendable {
    let screen: RunScreen
    let msp: MspHandle

    static func load(_ run: Identifier, _ unit: WriteUnit) async throws -> RunPapers {
        let make = try await unit.read(RunScreen.read(unit.msp, run))
        return RunPapers(screen: try make(unit.access.local(unit.now).date), msp: unit.access.msp)
    }

    static func read(_ request: MspRequest) async throws -> RunPapers {
        let (access, make) = try await request.read(RunScreen.read(request.msp.id, try request.web.id("id")))
        return RunPapers(screen: try make(access.local(request.web.now).date), msp: access.msp)
    }

    /// « du 01/01/2026 au 30/06/2026 ».
    var period: String { "du \(French.date(screen.from)) au \(French.date(screen.to))" }

    func local(_ instant: Instant) -> LocalTime { LocalTime(instant, zone: msp.timeZone) }
}

extension RunScreen.PaidChange {
    init?(_ stored: JSONValue) {
        guard let before = stored["before"]?.stringValue.flatMap({ CivilDate($0) }),
            let after = stored["after"]?.stringValue.flatMap({ CivilDate($0) }), let reason = stored["reason"]?.stringValue,
            let by = stored["by"]?.stringValue, let at = stored["at"]?.stringValue.flatMap({ Instant(iso8601: $0) })
        else { return nil }
        self.init(before: before, after: after, reason: reason, by: by, at: at)
    }
}
