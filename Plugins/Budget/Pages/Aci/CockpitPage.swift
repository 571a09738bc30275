import HTML
import Kernel
import KernelUI

/// « Où en est mon ACI ? »: one amount, one bar, the next acts by what they bring, the indicators.
struct CockpitPage: Sendable {
    let years: AciYears

    /// The exercise that runs, or the latest one.
    func current(_ request: MspRequest) async throws -> PageResponse {
        let asked = request.web.query["annee"].flatMap { Int($0) }
        let present = try await request.presentYear()
        let key: YearRecord.Key = asked.map { .exercise($0) } ?? .latest(present)
        let (access, view) = try await years.viewIfAny(request, key, Self.more(request.msp.id, key))
        guard let view else { return try empty(access, request, exercise: asked ?? present) }
        return try page(view, request)
    }

    func show(_ request: MspRequest) async throws -> PageResponse {
        let key = YearRecord.Key.id(try request.web.id("id"))
        return try page(try await years.view(request, key, Self.more(request.msp.id, key)), request)
    }

    /// Creates an exercise as its form and programs do: it takes over what lasts of the one before.
    func open(_ request: MspRequest) async throws -> PageResponse {
        guard let exercise = request.web.form["exercice"].flatMap({ Int($0) }), (2017...2100).contains(exercise) else {
            throw Refusal.invalid("exercice", "Indiquez une année entre 2017 et 2100.")
        }
        let years = years
        let year = try await request.write { unit in
            let known = try await unit.one(
                Query("select 1 from budget.aci_year where msp_id = $1 and exercise = $2", .id(unit.msp), .int(exercise)))
            guard known.isEmpty else { throw Refusal.conflict("year_exists", "L’exercice \(exercise) existe déjà.") }
            let id = Identifier.make(at: unit.now)
            try await unit.create(AciYearRecord.record(years), id: id, RecordValues(["exercise": .integer(exercise)]))
            return id
        }
        return .redirect(request.path(BudgetPlaces.cockpit(year)), Message(.done, "L’exercice \(exercise) est ouvert."))
    }

    /// The pieces, then the MSP's exercises.
    private static func more(_ msp: Identifier, _ key: YearRecord.Key) -> [Query] {
        PieceReading.queries(msp, key) + [
            Query("select id, exercise from budget.aci_year where msp_id = $1 and archived_at is null order by exercise desc", .id(msp))
        ]
    }

    private func empty(_ access: Access, _ request: MspRequest, exercise: Int) throws -> PageResponse {
        .page(
            Page(access: access, title: "ACI \(exercise)") { h in
                h.empty(
                    "L’année ACI dit ce que vaut le travail de l’équipe, ce qui manque et ce que rapporte le prochain acte.",
                    icon: .document
                ) {
                    if access.can(AciPermissions.write) {
                        h.postButton(
                            "Ouvrir l’exercice \(exercise)", action: request.path("budget/aci/ouvrir"), csrf: access.csrf, kind: .main,
                            fields: [("exercice", "\(exercise)")])
                    }
                }
            })
    }

    private func page(_ view: AciYears.View, _ request: MspRequest) throws -> PageResponse {
        let drawing = CockpitDrawing(
            view: view, base: request.path(""), match: try PieceReading.match(view.record, view.outlook, view.more[...]),
            others: try view.more[PieceReading.queryCount].map { (try $0[0], try $0[1]) },
            acts: try years.nextActs(view),
            unlock: try years.refusing { () throws(DocumentRefusal) in try view.outlook.today.unlock() },
            corrected: try years.corrected(view.record),
            months: try years.refusing { () throws(DocumentRefusal) in try view.outlook.months() })
        let record = view.record
        return .page(
            Page(
                access: view.access, title: "ACI \(record.exercise)",
                head: { drawing.head($0) }, actions: { drawing.actions($0) }, side: { drawing.side($0) }, body: { drawing.body($0) }))
    }
}
