/// A kind of proof that a module files (missions.md 16, EVIDENCE_TYPE).
public struct EvidenceKind: Sendable {
    /// `module.kind`.
    public let id: String
    /// French label.
    public let label: String
    /// Codes of the ACI indicators it may serve; the Budget module decides.
    public let indicators: [String]

    public init(_ id: String, label: String, indicators: [String] = []) {
        self.id = id
        self.label = label
        self.indicators = indicators
    }
}

/// One file behind an evidence entry: what it is and what its bytes hash to.
public struct Exhibit: Sendable, Equatable {
    /// French title.
    public let title: String
    /// Id of the stored file, when the platform keeps it.
    public let file: Identifier?
    public let mediaType: String
    public let size: Int
    /// SHA-256, lower-case hexadecimal.
    public let sha256: String

    public init(title: String, file: Identifier?, mediaType: String, size: Int, sha256: String) {
        self.title = title
        self.file = file
        self.mediaType = mediaType
        self.size = size
        self.sha256 = sha256
    }

    /// As stored in the ledger.
    public var json: JSONValue {
        .object([
            ("title", .string(title)), ("file", file.map { .string($0.description) } ?? .null),
            ("media_type", .string(mediaType)), ("size", .integer(size)), ("sha256", .string(sha256)),
        ])
    }
}

/// A new entry of the evidence ledger: what was done, when, by whom, for which indicator.
public struct EvidenceEntry: Sendable {
    public let kind: String
    public let indicators: [String]
    /// Civil year it counts for.
    public let year: Int
    public let subjectType: String
    public let subject: Identifier
    /// French title; never a person's or a patient's name.
    public let title: String
    public let occurredAt: Instant
    public let exhibits: [Exhibit]
    /// Sequence number of the entry this one corrects.
    public let corrects: Int?

    public init(
        kind: String, indicators: [String], year: Int, subjectType: String, subject: Identifier, title: String,
        occurredAt: Instant, exhibits: [Exhibit], corrects: Int? = nil
    ) {
        self.kind = kind
        self.indicators = indicators
        self.year = year
        self.subjectType = subjectType
        self.subject = subject
        self.title = title
        self.occurredAt = occurredAt
        self.exhibits = exhibits
        self.corrects = corrects
    }
}

/// A figure with its definition (R13; missions.md 13).
public struct Indicator: Sendable {
    /// How freely the figure may leave the MSP.
    public enum Disclosure: String, Sendable {
        case open, aggregate
        case internalOnly = "internal"
    }

    /// Code of the catalogue, e.g. `K04`.
    public let code: String
    public let label: String
    /// French unit, e.g. « réunions ».
    public let unit: String
    /// French sentence: how it is computed.
    public let definition: String
    public let disclosure: Disclosure
    public let permission: String
    /// What is read for a period.
    @_spi(Runtime) public let figures: @Sendable (_ msp: Identifier, Period) throws -> Read<Seen>
    /// Path, below the MSP's own address, of the rows behind the figure of some days; nil where no list shows them.
    @_spi(Runtime) public let rows: (@Sendable (_ first: CivilDate, _ last: CivilDate) -> String)?

    /// The time that a figure is about.
    public struct Period: Sendable {
        public let first: CivilDate
        public let last: CivilDate
        /// The same on the MSP's clocks, `[from, to)`.
        public let from: Instant
        public let to: Instant
        public let now: Instant

        /// Made by the runtime.
        public init(first: CivilDate, last: CivilDate, from: Instant, to: Instant, now: Instant) {
            self.first = first
            self.last = last
            self.from = from
            self.to = to
            self.now = now
        }
    }

    /// The figure of the rows that its reader sees.
    public typealias Seen = @Sendable (Access) -> Figures

    /// A figure, and what it is computed from.
    public struct Figures: Sendable {
        public let numerator: ExactDecimal?
        public let denominator: ExactDecimal?

        public init(numerator: ExactDecimal?, denominator: ExactDecimal?) {
            self.numerator = numerator
            self.denominator = denominator
        }
    }

    /// - Parameter query: statement over `[from, to)` giving one row `numerator, denominator` (denominator may be null).
    public init(
        _ code: String, label: String, unit: String, definition: String, disclosure: Disclosure, permission: String,
        query: @escaping @Sendable (Identifier, Instant, Instant) -> Query
    ) {
        self.init(
            code, label: label, unit: unit, definition: definition, disclosure: disclosure, permission: permission, rows: nil
        ) { msp, period in
            Read.first(query(msp, period.from, period.to)) { row in
                let (numerator, denominator): (ExactDecimal?, ExactDecimal?) = try row.cells()
                return Figures(numerator: numerator, denominator: denominator)
            }.map { figures in { _ in figures ?? Figures(numerator: nil, denominator: nil) } }
        }
    }

    /// For the runtime.
    @_spi(Runtime) public init(
        _ code: String, label: String, unit: String, definition: String, disclosure: Disclosure, permission: String,
        rows: (@Sendable (CivilDate, CivilDate) -> String)?,
        figures: @escaping @Sendable (Identifier, Period) throws -> Read<Seen>
    ) {
        self.code = code
        self.label = label
        self.unit = unit
        self.definition = definition
        self.disclosure = disclosure
        self.permission = permission
        self.rows = rows
        self.figures = figures
    }
}

/// Lines for « Aujourd’hui » (visual-language.md, screen 1).
public struct TodaySource: Sendable {
    public let id: String
    public let permission: String
    /// A second right that its reader holds; nil where one is enough.
    public let also: String?
    /// A right whose holders get the same lines from another source; nil without one.
    public let except: String?
    /// Statements for one MSP, run under that MSP in the page's single round trip.
    public let queries: @Sendable (_ msp: Identifier, _ now: Instant) -> [Query]
    public let items: @Sendable (_ results: [ResultSet], _ msp: MspHandle, _ now: Instant) throws -> [TodayItem]

    public init(
        _ id: String, permission: String, also: String? = nil, except: String? = nil,
        queries: @escaping @Sendable (Identifier, Instant) -> [Query],
        items: @escaping @Sendable ([ResultSet], MspHandle, Instant) throws -> [TodayItem]
    ) {
        self.id = id
        self.permission = permission
        self.also = also
        self.except = except
        self.queries = queries
        self.items = items
    }

    /// Whether it is for a reader with these rights.
    public func isFor(_ permissions: Set<String>) -> Bool {
        permissions.contains(permission) && (also.map(permissions.contains) ?? true) && !(except.map(permissions.contains) ?? false)
    }

    /// The sources of rows that a record's rule may keep from the reader: one for whoever it binds, one for whoever is free of it.
    public static func sources(
        _ id: String, of record: RecordType, permission: String,
        queries: @escaping @Sendable (_ bound: Bool, Identifier, Instant) -> [Query],
        items: @escaping @Sendable ([ResultSet], MspHandle, Instant) throws -> [TodayItem]
    ) -> [TodaySource] {
        guard let rule = record.reading else {
            return [TodaySource(id, permission: permission, queries: { queries(false, $0, $1) }, items: items)]
        }
        let bound = TodaySource(id, permission: permission, except: rule.unless, queries: { queries(true, $0, $1) }, items: items)
        guard let free = rule.unless else { return [bound] }
        return [
            bound, TodaySource("\(id).free", permission: free, also: permission, queries: { queries(false, $0, $1) }, items: items),
        ]
    }

    /// The latest day that any place on earth is in: for statements that narrow before the MSP's own day is known. The items decide.
    public static func latestDay(_ now: Instant) -> CivilDate { LocalTime(now, zone: "Etc/GMT-14").date }
}

/// One line of « Aujourd’hui », one tap from its act.
public struct TodayItem: Sendable {
    public enum Column: Sendable { case late, next, missing }

    public let column: Column
    public let title: String
    public let detail: String
    /// Day that orders the line.
    public let day: CivilDate
    /// Absolute path.
    public let href: String

    public init(column: Column, title: String, detail: String, day: CivilDate, href: String) {
        self.column = column
        self.title = title
        self.detail = detail
        self.day = day
        self.href = href
    }

    /// The same line where its day puts it: what is past is late, whichever module tells it.
    public func placed(today: CivilDate) -> TodayItem {
        day < today ? TodayItem(column: .late, title: title, detail: detail, day: day, href: href) : self
    }
}

/// What the global search finds in one module.
public struct SearchSource: Sendable {
    public let permission: String
    /// French group title.
    public let label: String
    /// Hits as the reader may be told of them; at most 8.
    public typealias Found = @Sendable (Access) throws -> [SearchHit]
    @_spi(Runtime) public let read: @Sendable (_ msp: Identifier, _ words: String, _ now: Instant) throws -> Read<Found>

    /// - Parameter query: rows `title, detail, path` (path below the MSP's address); at most 8.
    public init(permission: String, label: String, query: @escaping @Sendable (Identifier, String) -> Query) {
        self.init(permission: permission, label: label) { msp, words, _ in
            Read.each(query(msp, words)) { row in
                let (title, detail, path): (String, String?, String) = try row.cells()
                return SearchHit(title: title, detail: detail ?? "", path: path)
            }.map { hits in { _ in hits } }
        }
    }

    /// For the runtime.
    @_spi(Runtime) public init(
        permission: String, label: String, read: @escaping @Sendable (Identifier, String, Instant) throws -> Read<Found>
    ) {
        self.permission = permission
        self.label = label
        self.read = read
    }
}

/// One line of what a search found.
public struct SearchHit: Sendable {
    public let title: String
    public let detail: String
    /// Below the MSP's own address.
    public let path: String

    public init(title: String, detail: String, path: String) {
        self.title = title
        self.detail = detail
        self.path = path
    }
}
