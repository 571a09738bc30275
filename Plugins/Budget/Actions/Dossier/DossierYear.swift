import Kernel
import Postgres

/// One exercise with everything that its dossier is made from, read in one round trip.
struct DossierYear: Sendable {
    let id: Identifier
    let exercise: Int
    let state: String
    let revision: Int
    /// In the order of the accord.
    let lines: [SimulatedLine]
    let match: RequirementMatch
    /// Concertations held and closed, for the calendar that the payer asks for.
    let concertations: [ConcertationFact]
    /// The team's words for the payer.
    let comments: [AciIndicatorID: String]
    let names: [AciIndicatorID: String]
    /// Amount simulated and advance expected, in cents.
    let simulatedCents: Int
    let advanceCents: Int

    private static let own = 3

    /// Statements for the exercise; `init(_:_:day:)` reads their answers.
    static func queries(_ msp: Identifier, _ id: Identifier, locking: Bool = false) -> [Query] {
        YearRecord.queries(msp, .id(id), locking: locking) + [
            Query(
                """
                select id, indicator, requirement, title, state, anonymity, file_id, media_type, file_size, sha256, evidence_seq
                from budget.exhibit where msp_id = $1 and year_id = $2 and archived_at is null order by indicator, id
                """, .id(msp), .id(id)),
            Query(
                """
                select e.seq, e.indicators, e.title, e.corrects, e.exhibits::text from kernel.evidence e
                where e.msp_id = $1 and e.year = (select y.exercise from budget.aci_year y where y.msp_id = $1 and y.id = $2)
                    and e.kind <> all ($3::text[]) order by e.seq
                """, .id(msp), .id(id), .texts(RequirementMatch.ownKinds)),
            Query("select file_id, choice from budget.ledger_mark where msp_id = $1 and year_id = $2", .id(msp), .id(id)),
        ]
    }

    static var queryCount: Int { YearRecord.queryCount + own }

    /// Nil without such an exercise.
    init?(_ results: ArraySlice<ResultSet>, _ years: AciYears, day: CivilDate) throws {
        let results = Array(results)
        guard results.count >= Self.queryCount, let record = try YearRecord(results[...]) else { return nil }
        let outlook = try years.outlook(record, day: day)
        id = record.id
        exercise = record.exercise
        state = record.state
        revision = record.revision
        lines = outlook.today.simulatedLines
        names = Dictionary(lines.map { ($0.indicator, $0.name) }, uniquingKeysWith: { first, _ in first })
        concertations = record.facts.concertations
        simulatedCents = outlook.today.amountCents
        advanceCents = outlook.today.advanceCents
        comments = Dictionary(
            record.commitments.compactMap { commitment in commitment.comment.map { (commitment.indicator, $0) } },
            uniquingKeysWith: { first, _ in first })
        let own = YearRecord.queryCount
        let marks = Dictionary(
            try results[own + 2].map { (try $0[0] as Identifier, RequirementMatch.LedgerFile.Choice(rawValue: try $0[1])) },
            uniquingKeysWith: { first, _ in first })
        match = RequirementMatch(
            claims: outlook.today.claims(leftOut: record.leftOut), ledger: try results[own + 1].map { try Self.entry($0, marks) },
            pieces: try results[own].compactMap(Self.piece))
    }

    private static func piece(_ row: Row) throws -> RequirementMatch.Piece? {
        guard let indicator = AciIndicatorID(rawValue: try row["indicator"]),
            let state = RequirementMatch.Piece.State(rawValue: try row["state"])
        else { return nil }
        var piece = RequirementMatch.Piece(
            id: try row["id"], indicator: indicator, requirement: try row["requirement"], title: try row["title"], state: state,
            isDeclaredAnonymous: (try row["anonymity"] as String) != Anonymity.notDeclared.rawValue)
        if let file: Identifier = try row["file_id"], let type: String = try row["media_type"], let kind = ExhibitKind.declared(type) {
            piece.file = (file, kind, try row["file_size"], try row["sha256"])
        }
        piece.sequence = try row["evidence_seq"]
        return piece
    }

    private static func entry(
        _ row: Row, _ marks: [Identifier: RequirementMatch.LedgerFile.Choice?]
    ) throws -> RequirementMatch.LedgerEntry {
        let exhibits = try JSONValue.parse(Array((try row["exhibits"] as String).utf8)).arrayValue ?? []
        var files: [RequirementMatch.LedgerFile] = []
        for (rank, exhibit) in exhibits.enumerated() {
            guard let id = exhibit["file"]?.stringValue.flatMap({ Identifier($0) }), let digest = exhibit["sha256"]?.stringValue,
                let size = exhibit["size"]?.intValue
            else { continue }
            files.append(
                RequirementMatch.LedgerFile(
                    id: id, rank: rank, title: exhibit["title"]?.stringValue ?? "Pièce",
                    kind: exhibit["media_type"]?.stringValue.flatMap(ExhibitKind.declared), size: size, sha256: digest,
                    choice: marks[id] ?? nil))
        }
        return RequirementMatch.LedgerEntry(
            sequence: try row["seq"], codes: try row["indicators"], title: try row["title"], corrects: try row["corrects"], files: files)
    }

    /// Reads it for a page or an endpoint, with more statements of the caller. Throws 404 without such an exercise.
    static func read(
        _ request: MspRequest, _ id: Identifier, _ years: AciYears, _ more: [Query] = []
    ) async throws -> (access: Access, year: DossierYear, more: [ResultSet]) {
        let reading = try await request.read(all: queries(request.msp.id, id) + more)
        let day = reading.access.local(request.web.now).date
        guard let year = try DossierYear(reading.results[...], years, day: day) else { throw Refusal.notFound }
        return (reading.access, year, Array(reading.results.dropFirst(queryCount)))
    }

    /// Keeps how many pieces are wanted and there, for lists and indicators.
    static func keepCounts(_ id: Identifier, _ years: AciYears, _ unit: WriteUnit) async throws {
        let results = try await unit.run(all: queries(unit.msp, id))
        guard let year = try? DossierYear(results[...], years, day: unit.access.local(unit.now).date) else { return }
        unit.enqueue(
            Query(
                "update budget.aci_year set pieces_wanted = $3, pieces_present = $4 where msp_id = $1 and id = $2", .id(unit.msp), .id(id),
                .int(year.match.wanted), .int(year.match.present)))
    }

    /// Reads it inside a transaction; the row of the exercise is locked, so that two sealings come one after the other.
    static func locked(_ id: Identifier, _ years: AciYears, _ unit: WriteUnit) async throws -> DossierYear {
        let results = try await unit.run(all: queries(unit.msp, id, locking: true))
        guard let year = try DossierYear(results[...], years, day: unit.access.local(unit.now).date) else { throw Refusal.notFound }
        return year
    }
}

/// What a person says of the patients in a piece. Never assumed.
enum Anonymity: String, CaseIterable, Sendable {
    case notDeclared = "NOT_DECLARED"
    case noPatient = "NO_PATIENT"
    case anonymised = "ANONYMISED"

    /// French words.
    var label: String {
        switch self {
        case .notDeclared: "À déclarer"
        case .noPatient: "Ne concerne aucun patient"
        case .anonymised: "Anonymisée\u{A0}: aucun patient reconnaissable"
        }
    }

    static let codes = CodeList("ANONYMITY", allCases.map { ($0.rawValue, $0.label) })
    /// What can be declared.
    static let declarations = CodeList("ANONYMITY_DECLARATION", allCases.filter { $0 != .notDeclared }.map { ($0.rawValue, $0.label) })
}
