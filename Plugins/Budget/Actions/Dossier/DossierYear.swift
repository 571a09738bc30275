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
    /// Those of the months before, declared with a piece.
    let declared: [DeclaredConcertations]
    /// The team's words for the payer.
    let comments: [AciIndicatorID: String]
    let names: [AciIndicatorID: String]
    /// Amount simulated and advance expected, in cents.
    let simulatedCents: Int
    let advanceCents: Int
    /// Points of all lines.
    let simulatedPoints: ExactDecimal
    let contract: DossierContract
    /// How sure the rules are that the amounts rest on.
    let standing: RuleSet.Standing
    /// What is claimed above what the directory shows.
    let excesses: [ClaimExcess]

    /// Statements for the exercise; `init(_:_:day:)` reads their answers.
    static func queries(_ msp: Identifier, _ id: Identifier, locking: Bool = false) -> [Query] {
        YearRecord.queries(msp, .id(id), locking: locking) + PieceReading.queries(msp, .id(id)) + [
            DossierContract.query(msp, id), ClaimReasons.query(msp, id),
        ]
    }

    static var queryCount: Int { YearRecord.queryCount + PieceReading.queryCount + 2 }

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
        declared = record.facts.declared
        simulatedCents = outlook.today.amountCents
        advanceCents = outlook.today.advanceCents
        standing = outlook.standing
        comments = Dictionary(
            record.commitments.compactMap { commitment in commitment.comment.map { (commitment.indicator, $0) } },
            uniquingKeysWith: { first, _ in first })
        simulatedPoints = lines.reduce(.zero) { $0 + $1.points }
        match = try PieceReading.match(record, outlook, results[YearRecord.queryCount...])
        contract = try record.frozen?.contract ?? DossierContract(results[Self.queryCount - 2].first)
        excesses = ClaimExcess.all(
            record.facts, on: day, claims: Set(match.statuses.map(\.indicator)),
            reasons: try ClaimReasons.read(results[Self.queryCount - 1]))
    }

    /// Everything that keeps the dossier from being sealed.
    var blockers: [Blocker] { match.blockers + excesses.compactMap(\.blocker) }

    /// What may be sealed all the same, and must be known: in sentences, with the euros that rest on it.
    var warnings: [String] { match.warnings(lines) }

    /// Reads it for a page or an endpoint, with more statements of the caller. Throws 404 without such an exercise.
    static func read(
        _ request: MspRequest, _ id: Identifier, _ years: AciYears, _ more: [Query] = []
    ) async throws -> (access: Access, year: DossierYear, more: [ResultSet]) {
        let reading = try await request.read(all: queries(request.msp.id, id) + more)
        let day = reading.access.local(request.web.now).date
        guard let year = try DossierYear(reading.results[...], years, day: day) else { throw Refusal.notFound }
        return (reading.access, year, Array(reading.results.dropFirst(queryCount)))
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
