@_spi(Runtime) internal import Kernel

/// Every figure of the MSP for one year that the reader may see.
struct IndicatorTable: Sendable {
    /// One figure, with what it is computed from.
    struct Line: Sendable {
        let indicator: Indicator
        let figures: Indicator.Figures
        /// Path of the rows behind it, below the MSP's own address.
        let path: String?

        var numerator: ExactDecimal? { figures.numerator }
        var denominator: ExactDecimal? { figures.denominator }

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
        let last = next.adding(days: -1)
        let period = Indicator.Period(
            first: first, last: last, from: LocalTime.startOfDay(first, zone: zone), to: LocalTime.startOfDay(next, zone: zone),
            now: request.web.now)
        let access = self.access
        let visible = directory.visible(to: access).map { ($0.manifest, $0.indicators.filter { access.can($0.permission) }) }
            .filter { !$0.1.isEmpty }
        let all = visible.flatMap(\.1)
        let (reader, figures) = try await request.read(.list(try all.map { try $0.figures(request.msp.id, period) }))
        var computed: [String: Line] = [:]
        for (indicator, figures) in zip(all, figures) {
            computed[indicator.code] = Line(indicator: indicator, figures: figures(reader), path: indicator.rows?(first, last))
        }
        let lines = computed
        groups = visible.map { (module: $0.0, lines: $0.1.compactMap { lines[$0.code] }) }
    }
}
