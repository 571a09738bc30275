/// What a document says, in French words that are ready to be read. How it looks on paper and on screen is the house's business: a module
/// draws none of it.
public struct PaperContent: Sendable {
    /// Nil for the paper's own title.
    public var title: String?
    /// Under the title: whose paper it is, of which day.
    public var subject: String
    /// What a print that is not sealed says in a frame above all: « Montants provisoires ».
    public var draft: String?
    /// What stands at the foot of each page after the name of the MSP; nil for the title.
    public var foot: String?
    /// Name of the file, without ending and never from what somebody typed; nil for that of the paper.
    public var file: String?
    public var parts: [PaperPart]

    public init(
        title: String? = nil, subject: String = "", draft: String? = nil, foot: String? = nil, file: String? = nil, _ parts: [PaperPart]
    ) {
        self.title = title
        self.subject = subject
        self.draft = draft
        self.foot = foot
        self.file = file
        self.parts = parts
    }
}

extension PaperContent {
    /// SHA-256 of all that it says: the same words, the same digest, whoever prints them, when, and however the house draws them.
    public var digest: String {
        let said = [title ?? "", subject] + parts.flatMap(\.words)
        return Digest.hex(Digest.sha256(Array(said.joined(separator: "\n").utf8)))
    }
}

/// A part of a document. What has nothing to say is left out, its title too.
public enum PaperPart: Sendable {
    /// Label and value, one per line; those without a value are left out.
    case facts([(String, String?)])
    /// Each line of the text is a paragraph.
    case text(String?)
    case list([String])
    case table(PaperTable)
    /// Something set apart under a short label: a decision.
    case note(label: String, String)
    /// Places to sign by hand, side by side.
    case signatures([String])
    /// Parts under a title.
    case section(String, [PaperPart])

    /// Whether it has nothing to say.
    public var isEmpty: Bool {
        switch self {
        case .facts(let facts): facts.allSatisfy { ($0.1 ?? "").isEmpty }
        case .text(let text): (text ?? "").isEmpty
        case .list(let lines): lines.isEmpty
        case .table(let table): table.rows.isEmpty
        case .note(_, let text): text.isEmpty
        case .signatures(let labels): labels.isEmpty
        case .section(_, let parts): parts.allSatisfy(\.isEmpty)
        }
    }

    /// What it says, line by line; cells stand apart by a sign that no text has.
    var words: [String] {
        func row(_ cells: [String]) -> String { cells.joined(separator: "\u{1F}") }
        guard !isEmpty else { return [] }
        return switch self {
        case .facts(let facts): facts.filter { !($0.1 ?? "").isEmpty }.map { row([$0.0, $0.1 ?? ""]) }
        case .text(let text): [text ?? ""]
        case .list(let lines): lines
        case .table(let table):
            [table.caption, row(table.columns.map(\.label))] + table.rows.map(row) + (table.totals.map { [row($0)] } ?? [])
        case .note(let label, let text): [row([label, text])]
        case .signatures(let labels): labels
        case .section(let title, let parts): [title] + parts.flatMap(\.words)
        }
    }
}

/// A table of a document. A line break in a cell begins a line in smaller print.
public struct PaperTable: Sendable {
    /// Said to those who do not see the table.
    public let caption: String
    public let columns: [PaperColumn]
    public let rows: [[String]]
    /// Last line, cell by cell; empty cells stay empty.
    public let totals: [String]?
    /// Lines high enough to sign.
    public let isSheet: Bool

    public init(_ caption: String, _ columns: [PaperColumn], _ rows: [[String]], totals: [String]? = nil, isSheet: Bool = false) {
        self.caption = caption
        self.columns = columns
        self.rows = rows
        self.totals = totals
        self.isSheet = isSheet
    }

    /// Column that names the line: the one that says so, else the first.
    public var nameColumn: Int { columns.firstIndex { $0.kind == .name } ?? 0 }
}

/// A column of a table of a document; a literal is one of plain text.
public struct PaperColumn: Sendable, ExpressibleByStringLiteral {
    public enum Kind: Sendable { case text, name, number, signature, digest }

    public let label: String
    public let kind: Kind

    public init(stringLiteral label: String) { self.init(label, .text) }

    public init(_ label: String, _ kind: Kind) {
        self.label = label
        self.kind = kind
    }

    /// Names the line, where that is not the first column.
    public static func name(_ label: String) -> PaperColumn { PaperColumn(label, .name) }
    /// Figures, on the right.
    public static func number(_ label: String) -> PaperColumn { PaperColumn(label, .number) }
    /// A place to sign.
    public static func signature(_ label: String) -> PaperColumn { PaperColumn(label, .signature) }
    /// Its smaller lines are digests.
    public static func digest(_ label: String) -> PaperColumn { PaperColumn(label, .digest) }
}

/// Which copy of a document this is, as the frame says it.
public struct PaperCopy: Sendable {
    /// Day and hour on the MSP's clocks, in words.
    public let made: String
    /// Nil for a print of the day.
    public let seal: Seal?

    /// What stands in the stamp of a sealed copy.
    public struct Seal: Sendable {
        /// « Feuille verrouillée ».
        public let words: String
        public let by: String
        /// Rises each time that the paper of this object is sealed.
        public let version: Int

        public init(words: String, by: String, version: Int) {
            self.words = words
            self.by = by
            self.version = version
        }
    }

    public init(made: String, seal: Seal? = nil) {
        self.made = made
        self.seal = seal
    }
}
