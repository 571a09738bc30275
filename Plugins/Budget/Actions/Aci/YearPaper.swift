import Kernel

/// The paper of an exercise: stored when it is transmitted, and given as it was stored from then on.
struct YearPaper: Sendable {
    let years: AciYears

    /// Prints and stores it, as the exercise stands in this transaction. Gives the file.
    func seal(_ id: Identifier, sentOn: CivilDate, _ unit: WriteUnit) async throws -> Identifier? {
        let today = unit.access.local(unit.now).date
        let results = try await unit.run(all: DossierYear.queries(unit.msp, id))
        guard let year = try DossierYear(results[...], years, day: today) else { throw Refusal.notFound }
        return try unit.seal(
            YearDocument.make(year, msp: unit.access.msp, sentOn: sentOn, day: today), name: "exercice-aci-\(year.exercise)"
        ).file
    }

    static func stored(_ msp: Identifier, _ id: Identifier) -> Query {
        Query(
            """
            select s.file_id, y.submitted_on from budget.aci_year y
            left join budget.aci_snapshot s on s.msp_id = y.msp_id and s.year_id = y.id
            where y.msp_id = $1 and y.id = $2
            """, .id(msp), .id(id))
    }

    /// `aci/:id/exercice`: the stored bytes; before the transmission a print of the day.
    func show(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        let (access, year, more) = try await DossierYear.read(request, id, years, [Self.stored(request.msp.id, id)])
        guard let row = more.first?.first else { throw Refusal.notFound }
        if let file: Identifier = try row[0] { return .download(Download(try await request.file(file), isInline: true)) }
        let today = access.local(request.web.now).date
        return .pdf(
            YearDocument.make(year, msp: access.msp, sentOn: try row[1], day: today), name: "exercice-aci-\(year.exercise)")
    }
}
