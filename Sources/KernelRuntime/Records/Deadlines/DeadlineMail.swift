import Kernel
import KernelUI

/// The daily mail: what comes near, is due or is late since yesterday, once a day, each person's own.
enum DeadlineMail {
    /// A deadline that somebody may have to be told of today.
    struct Found: Sendable {
        let deadline: RecordDeadline
        /// « Déclarer les comptes », and « Tâche, à faire ».
        let title: String
        let detail: String
        let until: CivilDate
        /// Whether the object names somebody, and the account of that person.
        let isOwned: Bool
        let owner: Identifier?
        /// Right to read the record, and right of those who are told where nobody owns it.
        let reading: String
        let telling: String
        /// Accounts whose row it is, where the record has a row rule, and the right that lifts it.
        var rows: Set<Identifier>?
        var unless: String?

        func isSeen(by person: Person) -> Bool {
            guard person.permissions.contains(reading) else { return false }
            guard let rows else { return true }
            return rows.contains(person.account) || unless.map(person.permissions.contains) ?? false
        }
    }

    /// A member whom a mail may reach.
    struct Person: Sendable {
        let account: Identifier
        let firstName: String
        let email: String
        let permissions: Set<String>
    }

    /// Days of which one is told: those that the declaration names, the day itself, and the day after.
    static func isTold(_ found: Found, after told: CivilDate, today: CivilDate) -> Bool {
        (found.deadline.remind + [0, -1]).contains { days in
            let day = found.until.adding(days: -days)
            return told < day && day <= today
        }
    }

    /// What a person is told: one's own, and what nobody owns for those who are told of it; never what one may not read.
    static func lines(for person: Person, _ found: [Found], after told: CivilDate, today: CivilDate) -> [Found] {
        found.filter { line in
            guard line.isSeen(by: person), isTold(line, after: told, today: today) else { return false }
            if line.isOwned { return line.deadline.tellsOwner && line.owner == person.account }
            return person.permissions.contains(line.telling)
        }.sorted { ($0.until, $0.title) < ($1.until, $1.title) }
    }

    /// Nobody is told before the morning, nor of what lies further back than a week without a server.
    static let hour = 7
    private static let longest = 7
    private static let most = 40

    /// Once an hour; what was told is kept in the transaction that queues the mails, so that a day's mail leaves once. The first run
    /// in an MSP tells nothing: it begins to count.
    static func job(_ records: [RecordType]) -> Job {
        let declared = records.filter { !$0.deadlines.isEmpty }.sorted { $0.id < $1.id }
        return Job("core.deadlines", everySeconds: 3_600) { unit in
            let local = unit.access.local(unit.now)
            let today = local.date
            guard local.hour >= hour, !declared.isEmpty else { return }
            let rows = try await unit.one(
                Query("select told_on from kernel.deadline_round where msp_id = $1 for update", .id(unit.msp)))
            guard let last: CivilDate = try rows.first?[0] else {
                unit.enqueue(
                    Query(
                        "insert into kernel.deadline_round (msp_id, told_on) values ($1, $2) on conflict do nothing", .id(unit.msp),
                        .date(today)))
                return
            }
            guard last < today else { return }
            let told = max(last, today.adding(days: -longest))
            let found = try await found(declared, after: told, today: today, unit)
            if !found.isEmpty { try await tell(found, after: told, today: today, unit) }
            unit.enqueue(Query("update kernel.deadline_round set told_on = $2 where msp_id = $1", .id(unit.msp), .date(today)))
        }
    }

    private static func found(_ records: [RecordType], after told: CivilDate, today: CivilDate, _ unit: WriteUnit) async throws -> [Found] {
        let modules = Set(records.map(\.module)).sorted()
        let states = try await unit.run(all: modules.map { Query("select kernel.module_state($1)", .text($0)) })
        let on = Set(try zip(modules, states).filter { try $1.first?[0] as String? == "on" }.map(\.0))
        let all = records.filter { on.contains($0.module) }.flatMap { record in record.deadlines.map { (record, $0) } }
        let queries = try all.map { record, deadline in try query(DeadlineSQL(deadline, record), after: told, today: today, unit.msp) }
        guard !queries.isEmpty else { return [] }
        return try zip(all, await unit.run(all: queries)).flatMap { declared, rows in
            let (record, deadline) = declared
            return try rows.map { row in
                Found(
                    deadline: deadline, title: record.spoken(try row[0]), detail: record.told(deadline), until: try row[1],
                    isOwned: try row[2], owner: try row[3], reading: record.permissions.read,
                    telling: deadline.tells ?? record.permissions.update ?? record.permissions.read,
                    rows: try (row[4] as [Identifier]?).map { Set($0) }, unless: record.reading?.unless)
            }
        }
    }

    private static func query(_ sql: DeadlineSQL, after told: CivilDate, today: CivilDate, _ msp: Identifier) -> Query {
        var parameters: [Parameter] = [.id(msp), .date(told), .date(today.adding(days: sql.deadline.remind.max() ?? 0))]
        let running = sql.running(from: "$2", until: "$3", &parameters)
        var cells: SQL = "false, null::uuid"
        var join = SQL.empty
        if let owner = sql.owner {
            cells = owner.column + " is not null, \"p\".\"account_id\""
            join = " left join kernel.professional \"p\" on \"p\".\"msp_id\" = $1 and \"p\".\"id\" = " + owner.column
        }
        return Query(
            "select " + sql.title + ", " + running.until + " as \"until\", " + cells + ", " + sql.readers + running.from + join
                + running.conditions
                + " order by \"until\", \"d\".\"id\" limit 1000", parameters: parameters)
    }

    private static func tell(_ found: [Found], after told: CivilDate, today: CivilDate, _ unit: WriteUnit) async throws {
        let rows = try await unit.one(
            Query("select account_id, first_name, email, permissions from kernel.people_to_tell($1)", .id(unit.msp)))
        for row in rows {
            let person = Person(
                account: try row[0], firstName: try row[1], email: try row[2], permissions: Set(try row[3] as [String]))
            let lines = lines(for: person, found, after: told, today: today)
            if !lines.isEmpty { unit.mail(mail(lines, to: person, today: today, unit)) }
        }
    }

    private static func mail(_ lines: [Found], to person: Person, today: CivilDate, _ unit: WriteUnit) -> OutgoingMail {
        let msp = unit.access.msp
        let subject = "\(French.plural(lines.count, "échéance", "échéances")) – \(msp.name)"
        let foot = ["Vous recevez ce message, un par jour au plus, parce que ces échéances de \(msp.name) vous concernent."]
        let sentence = "Voici ce qui approche ou vient de passer son échéance."
        let points = lines.prefix(most).map { line in
            "\(line.title) (\(line.detail)), \(DeadlineStanding.distance(line.until, from: today)), \(French.longDate(line.until))"
        }
        let rest = lines.count > most ? ["et \(lines.count - most) de plus"] : []
        let link = "\(unit.publicURL)/aujourdhui"
        let html = MailLayout.page(title: subject, foot: foot) { h in
            h.mailText("Bonjour \(person.firstName),")
            h.mailText(sentence)
            h.mailPoints(points + rest)
            h.mailButton("Ouvrir Aujourd’hui", href: link)
        }
        let text =
            (["Bonjour \(person.firstName),", "", sentence, ""] + (points + rest).map { "- \($0)" } + ["", link, ""] + foot)
            .joined(separator: "\n") + "\n"
        return OutgoingMail(
            key: "core.deadlines.\(today).\(person.account)", recipient: person.email, subject: subject, text: text, html: html)
    }
}

extension RecordType {
    /// Id of the module that declares it.
    var module: String { String(id.prefix { $0 != "." }) }
}
