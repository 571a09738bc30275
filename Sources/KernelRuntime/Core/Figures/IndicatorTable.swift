internal import Kernel

/// Every figure of the MSP for one year that the reader may see.
struct IndicatorTable: Sendable {
    /// One figure, with what it is computed from.
    struct Line: Sendable {
        let indicator: Indicator
        let numerator: ExactDecimal?
        let denominator: ExactDecimal?

        /// The numerator, or with a denominator the quotient rounded once; a share in per cent.
        var value: ExactDecimal? {
            guard let numerator, let denominator else { return numerator }
            return (indicator.unit == "%" ? numerator * ExactDecimal(100) : numerator).divided(by: denominator, scale: 1)
        }
    }

    let access: Access
    let year: Int
    /// The year of today, in the MSP's zone.
    let present: Int
    /// By module, in the order of the navigation.
    let groups: [(module: ModuleManifest, lines: [Line])]

    /// - Parameter readYear: the year asked for, given the present one.
    init(_ request: MspRequest, _ directory: ModuleDirectory, readYear: (_ present: Int) throws -> Int) async throws {
        access = try await request.read().access
        present = access.local(request.web.now).date.year
        year = try readYear(present)
        let zone = access.msp.timeZone
        guard let first = CivilDate(year: year, month: 1, day: 1), let next = CivilDate(year: year + 1, month: 1, day: 1) else {
            throw Refusal.notFound
        }
        let (from, to) = (LocalTime.startOfDay(first, zone: zone), LocalTime.startOfDay(next, zone: zone))
        let access = self.access
        let visible = directory.visible(to: access).map { ($0.manifest, $0.indicators.filter { access.can($0.permission) }) }
            .filter { !$0.1.isEmpty }
        let all = visible.flatMap(\.1)
        let results = try await request.read(all: all.map { $0.query(request.msp.id, from, to) }).results
        var computed: [String: Line] = [:]
        for (indicator, rows) in zip(all, results) {
            computed[indicator.code] = Line(
                indicator: indicator, numerator: try rows.first?.decode(0, as: ExactDecimal?.self) ?? nil,
                denominator: try rows.first?.decode(1, as: ExactDecimal?.self) ?? nil)
        }
        let lines = computed
        groups = visible.map { (module: $0.0, lines: $0.1.compactMap { lines[$0.code] }) }
    }
}
