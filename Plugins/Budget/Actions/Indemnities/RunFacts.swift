import Kernel

/// Everything that a period's indemnities are computed from, read in one round trip: presences and credits that no other run
/// pays, who the people are, the rules in force.
struct RunFacts: Sendable {
    /// Which days, and for which run.
    enum Period: Sendable {
        /// Those of a run; what another run pays is left out.
        case run(Identifier)
        /// Any days; with `isWhole`, also what runs pay already: for a comparison of rules.
        case days(CivilDate, CivilDate, isWhole: Bool)
        /// The caller's own times, and nobody else's.
        case own(CivilDate, CivilDate)
    }

    /// One person of the team, as far as money asks.
    struct Person: Sendable {
        let id: Identifier
        let name: String
        let signedOn: CivilDate?
        /// « MME », « M » or nothing: titles agree with it.
        let civility: String?
        /// What the person was, from day to day.
        var stays: [TeamStay] = []
        /// Place in the team's list, by family name.
        let rank: Int
        /// Functions with their first and last day; nil where none is known.
        var roles: [(role: String, from: CivilDate?, to: CivilDate?)] = []

        /// What the person was in charge of that day.
        func roles(on day: CivilDate) -> Set<String> {
            Set(roles.filter { $0.from.map { $0 <= day } ?? true && $0.to.map { $0 >= day } ?? true }.map(\.role))
        }

        func capacity(on day: CivilDate) -> Capacity {
            let stay = stays.holding(on: day)
            let standing: Standing =
                stay.map { $0.isAssociate ? .associate : signedOn.map { $0 <= day } ?? false ? .signatory : .member } ?? .external
            return Capacity(profession: profession(on: day), roles: roles(on: day), standing: standing)
        }

        /// Code of the list PROFESSION, as it was that day.
        func profession(on day: CivilDate) -> String { stays.nearest(to: day)?.profession ?? "OTHER" }

        /// Whether that day's time may be paid.
        func isIndemnifiable(on day: CivilDate) -> Bool { stays.nearest(to: day)?.isIndemnifiable ?? false }
    }

    let from: CivilDate
    let to: CivilDate
    let people: [Identifier: Person]
    let presences: [PresenceTime]
    let credits: [CreditTime]
    let tasks: [TaskDone]
    let foreign: [ForeignInterval]
    let granted: [Identifier: Int]
    let surplusCents: Int
    let rules: [IndemnityRule]
    let adjustments: [IndemnityAdjustment]

    var facts: IndemnityFacts {
        IndemnityFacts(
            from: from, to: to, presences: presences, credits: credits, tasks: tasks, foreign: foreign,
            beneficiaries: people.filter { $0.value.isIndemnifiable(on: to) }.mapValues { $0.capacity(on: to) }
                .filter { $0.value.standing != .external },
            surplusCents: surplusCents, grantedBefore: granted, adjustments: adjustments)
    }

    var result: IndemnityResult { IndemnityCalculation.run(rules: rules, facts: facts) }

    func name(_ person: Identifier) -> String { people[person]?.name ?? "Personne inconnue" }

    /// The profession in French, as on the last day of the period.
    func profession(_ person: Identifier) -> String? {
        people[person].map { person in
            CodeList.profession(of: [person.profession(on: to), person.civility].compactMap { $0 }.joined(separator: ":"))
        }
    }

    /// People in the order of the team's list.
    func sorted<Element>(_ elements: [Element], by person: (Element) -> Identifier) -> [Element] {
        elements.sorted { (people[person($0)]?.rank ?? .max, person($0)) < (people[person($1)]?.rank ?? .max, person($1)) }
    }

    /// Reads the answers of `queries`. A run that is not there is not found.
    init(_ results: ArraySlice<ResultSet>) throws {
        let results = Array(results)
        guard results.count >= Self.queryCount, let head = results[0].first else { throw Refusal.notFound }
        from = try head["a"]
        to = try head["b"]
        surplusCents = try head["surplus"]
        var people: [Identifier: Person] = [:]
        for (rank, row) in results[1].enumerated() {
            let person = Person(
                id: try row[0], name: try row[1], signedOn: try row[2], civility: try row[3], rank: rank)
            people[person.id] = person
        }
        for row in results[9] {
            let stay = try TeamStay(row)
            people[stay.person]?.stays.append(stay)
        }
        for row in results[2] { people[try row[0]]?.roles.append((try row[1], try row[2], try row[3])) }
        self.people = people
        rules = try results[6].map(StoredRule.init).map(\.rule)
        var presences: [PresenceTime] = []
        for row in results[3] {
            let person: Identifier = try row["professional_id"]
            guard let known = people[person], known.isIndemnifiable(on: try row["day"]) else { continue }
            presences.append(try PresenceTime(row, known))
        }
        self.presences = presences
        let elsewhere = Set(try results[5].map { "\(try $0[0] as Identifier)|\(try $0[1] as Identifier)" })
        foreign = presences.filter { elsewhere.contains("\($0.meeting)|\($0.person)") }
            .map { ForeignInterval(person: $0.person, from: $0.from, to: $0.to) }
        var credits: [CreditTime] = []
        var tasks: [TaskDone] = []
        for row in results[4] {
            let person: Identifier = try row["professional_id"]
            let day: CivilDate = try row["day"]
            guard let known = people[person], known.isIndemnifiable(on: day) else { continue }
            let (title, isApproved): (String, Bool) = (try row["title"], try row["status"] == "APPROVED")
            if let task: String = try row["task"], rules.contains(where: { $0.isInForce(on: day) && $0.paysTask(task) }) {
                tasks.append(
                    TaskDone(
                        id: try row["id"], person: person, capacity: known.capacity(on: day), task: task, title: title, day: day,
                        units: try row["units"], isApproved: isApproved))
            } else {
                credits.append(
                    CreditTime(
                        id: try row["id"], person: person, capacity: known.capacity(on: day), title: title, day: day,
                        minutes: try row["minutes"], isApproved: isApproved))
            }
        }
        self.credits = credits
        self.tasks = tasks
        granted = Dictionary(uniqueKeysWithValues: try results[7].map { (try $0[0] as Identifier, try $0[1] as Int) })
        adjustments = try results[8].map { IndemnityAdjustment(person: try $0[0], cents: try $0[1], reason: try $0[2]) }
    }

    static func load(_ period: Period, _ unit: WriteUnit) async throws -> RunFacts {
        try RunFacts((try await unit.run(all: queries(unit.msp, period)))[...])
    }
}

extension PresenceTime {
    fileprivate init(_ row: Row, _ person: RunFacts.Person) throws {
        let (day, type): (CivilDate, String) = (try row["day"], try row["meeting_type"])
        let (from, starts, ends): (Instant, Instant, Instant) = (try row["from_at"], try row["starts_at"], try row["ends_at"])
        self.init(
            id: try row["id"], person: person.id, capacity: person.capacity(on: day), meeting: try row["meeting_id"], meetingType: type,
            title: "\(CodeList.meetingType.label(type)) du \(French.mediumDate(day))", day: day, from: from, to: try row["to_at"],
            minutes: try row["minutes"], lateMinutes: max(0, Int((from.microseconds - starts.microseconds) / 60_000_000)),
            meetingMinutes: max(0, Int((ends.microseconds - starts.microseconds) / 60_000_000)),
            isIndemnifiable: try row["indemnifiable"], isSigned: try row["signed"], isSheetLocked: try row["sheet_locked"])
    }
}

extension IndemnityRule {
    /// True when a part pays such a task by the piece, or by points.
    func paysTask(_ task: String) -> Bool {
        parts.contains { part in
            part.method == .perTask && part.rates.contains { $0.task == nil || $0.task == task }
                || part.share.map { $0.pointsPerTask > .zero } ?? false
        }
    }
}
