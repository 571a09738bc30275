import Kernel

/// « Exercice ACI 2026 »: what it is worth, each indicator with its values, the contract and the rules it stands on. Stored when the
/// exercise is transmitted, and given as it was stored from then on; before, a print of the day.
struct YearPaper: Sendable {
    let years: AciYears

    static let path = "exercice"

    var paper: Paper {
        Paper(
            "year", title: "Exercice ACI", path: Self.path, sealed: .kept(words: "Exercice transmis", file: Self.stored), isListed: false,
            read: { Read(all: DossierYear.queries($0, $1)) { $0 } },
            says: { [years] results, view in
                guard let year = try DossierYear(results, years, day: view.today) else { throw Refusal.notFound }
                return Self.content(year, sentOn: view.values.date("submitted_on"), day: view.today)
            })
    }

    private static func content(_ year: DossierYear, sentOn: CivilDate?, day: CivilDate) -> PaperContent {
        let rows = year.lines.map { line in
            let values = line.values.map { "\($0.label)\u{A0}: \($0.value)" }.joined(separator: "\u{202F}; ")
            return [
                line.indicator.rawValue,
                [line.name, values, year.comments[line.indicator] ?? ""].filter { !$0.isEmpty }.joined(separator: "\n"),
                French.number(line.points), French.money(cents: line.amountCents),
            ]
        }
        return PaperContent(
            title: "Exercice ACI \(year.exercise)",
            subject: sentOn.map { "Tel que transmis à l’Assurance maladie le \(French.longDate($0))" } ?? "Au \(French.longDate(day))",
            draft: sentOn == nil ? "Montants provisoires\u{A0}: l’exercice n’est pas transmis." : nil,
            file: "exercice-aci-\(year.exercise)",
            [
                .facts(
                    year.contract.facts.map { ($0.label, $0.value) } + [
                        ("Règles de calcul", year.standing.label),
                        ("Montant simulé, majoration et plafonds compris", French.money(cents: year.simulatedCents)),
                        ("Points", French.number(year.simulatedPoints)), ("Avance attendue", French.money(cents: year.advanceCents)),
                    ]),
                .section(
                    "Indicateurs",
                    [.table(PaperTable("Indicateurs", ["Indicateur", "Intitulé", .number("Points"), .number("Montant")], rows))]),
                .section("Réunions de concertation", [.table(concertations(year, isTotalled: false))]),
            ])
    }

    /// The calendar that the payer asks for: meetings with the number of files.
    static func concertations(_ year: DossierYear, isTotalled: Bool) -> PaperTable {
        let held = year.concertations.map { meeting in
            ["RCP du \(French.longDate(meeting.day))", French.number(meeting.files), "registre des preuves, n° \(meeting.evidence)"]
        }
        let declared = year.declared.map { told in
            [
                "\(told.title)\u{A0}: \(French.plural(told.meetings, "réunion", "réunions"))", French.number(told.files),
                "déclaration, pièce «\u{A0}\(told.piece)\u{A0}»",
            ]
        }
        let meetings = year.concertations.count + year.declared.reduce(0) { $0 + $1.meetings }
        let files = year.concertations.reduce(0) { $0 + $1.files } + year.declared.reduce(0) { $0 + $1.files }
        return PaperTable(
            "Réunions de concertation", ["Réunion", .number("Dossiers"), "Preuve"], held + declared,
            totals: isTotalled ? ["Total\u{A0}: \(French.plural(meetings, "réunion", "réunions"))", French.number(files), ""] : nil)
    }

    /// Prints and stores it, as the exercise stands in this transaction. Gives the file.
    func seal(_ id: Identifier, _ unit: WriteUnit) async throws -> Identifier? {
        try await unit.seal(paper, of: AciYearRecord.id, on: id).file
    }

    static let jobID = "budget.year_papers"

    /// Once a night: exercises that left the house before papers were kept get theirs, apart from the figures, which wait for no printer.
    var job: Job {
        Job(Self.jobID, everySeconds: 86_400) { unit in
            let bare = try await unit.one(
                Query(
                    """
                    select y.id from budget.aci_year y
                    left join budget.aci_snapshot s on s.msp_id = y.msp_id and s.year_id = y.id
                    where y.msp_id = $1 and y.archived_at is null and y.state = any ($2) and y.submitted_on is not null and s.file_id is null
                    order by y.exercise limit 3
                    """, .id(unit.msp), .texts(YearRecord.frozenStates.sorted())))
            for row in bare { try await keep(try row[0], unit) }
        }
    }

    /// Freezes an exercise that left the house where that was not done, and gives it its paper.
    func keep(_ id: Identifier, _ unit: WriteUnit) async throws {
        try await years.freeze(id, unit)
        let rows = try await unit.one(
            Query(
                """
                select 1 from budget.aci_year y
                join budget.aci_snapshot s on s.msp_id = y.msp_id and s.year_id = y.id and s.file_id is null
                where y.msp_id = $1 and y.id = $2 and y.submitted_on is not null
                """, .id(unit.msp), .id(id)))
        guard !rows.isEmpty else { return }
        let paper = try await seal(id, unit)
        try await unit.one(
            Query(
                "update budget.aci_snapshot set file_id = $3 where msp_id = $1 and year_id = $2 and file_id is null", .id(unit.msp),
                .id(id),
                .id(paper)))
    }

    /// The file that was stored at the transmission.
    static func stored(_ msp: Identifier, _ id: Identifier) -> Query {
        Query(
            """
            select s.file_id from budget.aci_year y
            left join budget.aci_snapshot s on s.msp_id = y.msp_id and s.year_id = y.id
            where y.msp_id = $1 and y.id = $2
            """, .id(msp), .id(id))
    }
}
