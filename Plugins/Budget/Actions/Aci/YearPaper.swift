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
                select y.submitted_on from budget.aci_year y
                join budget.aci_snapshot s on s.msp_id = y.msp_id and s.year_id = y.id and s.file_id is null
                where y.msp_id = $1 and y.id = $2
                """, .id(unit.msp), .id(id)))
        guard let row = rows.first, let day: CivilDate = try row[0] else { return }
        let paper = try await seal(id, sentOn: day, unit)
        try await unit.one(
            Query(
                "update budget.aci_snapshot set file_id = $3 where msp_id = $1 and year_id = $2 and file_id is null", .id(unit.msp),
                .id(id),
                .id(paper)))
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
