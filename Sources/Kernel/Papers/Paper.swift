/// A document of a record, declared once. From it come the PDF, the page to print, the address for programs, the refusal while something
/// that it must show is missing and, where an act seals it, the copy that is kept with its digest.
public struct Paper: Sendable {
    /// lower_snake, unique among papers and files of the record: the name for programs and of the place of sealed copies.
    public let name: String
    /// « Convention ».
    public let title: String
    /// Segment of its addresses: `…/:id/convention.pdf`.
    public let path: String
    /// Permission to open it beside the right to read the record; nil for that alone.
    public let permission: String?
    /// What must be there before it can be made.
    public let needs: [PaperNeed]
    /// Nil for one that is always a print of the day.
    public let seal: PaperSeal?
    /// What a print that is not sealed says in a frame above all; the content may say it better.
    public let draft: String?
    /// False where the object's page has its own place for it.
    public let isListed: Bool
    /// Statements that it is made from, beside the record and its lines.
    public let queries: @Sendable (_ msp: Identifier, _ id: Identifier) -> [Query]
    let source: Source

    /// Where its words come from.
    enum Source: Sendable {
        case sections([PaperSection])
        case made(@Sendable (PaperView) throws -> PaperContent)
    }

    /// A paper of what the record declares.
    public init(
        _ name: String, title: String, path: String, permission: String? = nil, needs: [PaperNeed] = [], sealed: PaperSeal? = nil,
        draft: String? = nil, isListed: Bool = true, sections: [PaperSection],
        queries: @escaping @Sendable (Identifier, Identifier) -> [Query] = { _, _ in [] }
    ) {
        self.init(name, title, path, permission, needs, sealed, draft, isListed, queries, .sections(sections))
    }

    /// A paper of what the module reads itself. It is composed whenever somebody asks for the paper, also where a sealed copy is given:
    /// what it refuses is refused then too.
    public init<Facts: Sendable>(
        _ name: String, title: String, path: String, permission: String? = nil, needs: [PaperNeed] = [], sealed: PaperSeal? = nil,
        draft: String? = nil, isListed: Bool = true, read: @escaping @Sendable (_ msp: Identifier, _ id: Identifier) -> Read<Facts>,
        says: @escaping @Sendable (Facts, PaperView) throws -> PaperContent
    ) {
        self.init(
            name, title, path, permission, needs, sealed, draft, isListed, { read($0, $1).queries },
            .made { view in
                var results = view.results[...]
                return try says(try read(view.access.msp.id, view.id).take(from: &results), view)
            })
    }

    private init(
        _ name: String, _ title: String, _ path: String, _ permission: String?, _ needs: [PaperNeed], _ seal: PaperSeal?, _ draft: String?,
        _ isListed: Bool, _ queries: @escaping @Sendable (Identifier, Identifier) -> [Query], _ source: Source
    ) {
        self.name = name
        self.title = title
        self.path = path
        self.permission = permission
        self.needs = needs
        self.seal = seal
        self.draft = draft
        self.isListed = isListed
        self.queries = queries
        self.source = source
    }

    /// Last segment of the PDF's address, below the object's own.
    public var file: String { "\(path).pdf" }

    /// Address of the PDF, below that of an object.
    public func href(of object: String) -> String { "\(object)/\(file)" }

    /// Segment for programs.
    public var segment: String { name.replacing("_", with: "-") }

    /// What it says of one object.
    /// - Parameter drawn: turns a section of what the record declares into words.
    @_spi(Runtime) public func content(_ view: PaperView, _ drawn: (PaperSection) throws -> [PaperPart]) throws -> PaperContent {
        var content =
            switch source {
            case .made(let make): try make(view)
            case .sections(let sections): PaperContent(subject: view.title, try sections.flatMap(drawn))
            }
        content.draft = view.moment == .day ? content.draft ?? draft : nil
        return content
    }

    /// Sections of what the record declares, for the boot checks.
    @_spi(Runtime) public var sections: [PaperSection] { if case .sections(let sections) = source { sections } else { [] } }
}

/// A part of a paper that follows from the declaration of its record.
public enum PaperSection: Sendable {
    /// Fields by name, with their labels; without a title they stand under the head.
    case facts(String?, [String])
    /// The lines of a list, in their order; all their columns unless some are named.
    case lines(String, columns: [String]? = nil)
    /// A long text under its label.
    case text(String)
    /// Places to sign by hand.
    case signatures([String])
    /// A place to sign for each line of a list, under what names it.
    case signaturesOf(String)
    /// What only the module can say.
    case custom(@Sendable (PaperView) throws -> [PaperPart])

    /// Fields under the head.
    public static func facts(_ fields: [String]) -> PaperSection { .facts(nil, fields) }
}

/// What a paper must show.
public enum PaperNeed: Sendable {
    /// A field of the record; `says` tells what to do, « Renseignez d’abord … » without it.
    case field(String, says: String? = nil)
    /// So many lines of a list.
    case lines(String, atLeast: Int = 1, says: String? = nil)
}

/// Who seals a paper, and for how long its copy is the paper.
public struct PaperSeal: Sendable {
    /// Id of the record's action that seals it by itself; nil where acts of the module do.
    public let act: String?
    /// Column that no face shows and that keeps the file too.
    public let column: String?
    /// « Feuille verrouillée ».
    public let words: String
    /// Gives the file of the copy that stands, where a table of the module says it; a kept page is printed when somebody asks for it.
    public let file: (@Sendable (_ msp: Identifier, _ id: Identifier) -> Query)?
    /// Whether the sealed copy is given for a record with these values; else a print of the day.
    public let stands: @Sendable (RecordValues) -> Bool

    /// An act of the record seals it, whichever door was taken.
    /// - Parameters:
    ///   - column: column of the record that keeps the file too, where statements of the module ask for it.
    ///   - words: what the stamp says, agreeing with the paper.
    ///   - stands: for which records the copy is the paper; for all that have one, unless said otherwise.
    public static func on(
        _ act: String, into column: String? = nil, words: String = "Document scellé",
        while stands: @escaping @Sendable (RecordValues) -> Bool = { _ in true }
    ) -> PaperSeal {
        PaperSeal(act: act, column: column, words: words, file: nil, stands: stands)
    }

    /// Acts of the module seal it (`unit.seal`) or keep its page (`unit.document`), and a statement of the module says which file stands.
    public static func kept(
        words: String = "Document scellé", file: @escaping @Sendable (_ msp: Identifier, _ id: Identifier) -> Query
    ) -> PaperSeal {
        PaperSeal(act: nil, column: nil, words: words, file: file, stands: { _ in true })
    }
}

/// One object as its paper sees it.
public struct PaperView: Sendable {
    /// Why the paper is made.
    public enum Moment: Sendable, Equatable {
        /// A print of the day.
        case day
        /// The copy that an act keeps now.
        case seal
        /// A sealed copy is given: what is composed is not printed.
        case kept
    }

    public let access: Access
    public let id: Identifier
    public let values: RecordValues
    /// Name of the object.
    public let title: String
    /// Lines by list, those of lists that pages show.
    public let lines: [String: [Line]]
    /// Results of the paper's own statements.
    public let results: [ResultSet]
    public let now: Instant
    public let moment: Moment

    /// Made by the runtime.
    public init(
        access: Access, id: Identifier, values: RecordValues, title: String, lines: [String: [Line]], results: [ResultSet], now: Instant,
        moment: Moment
    ) {
        self.access = access
        self.id = id
        self.values = values
        self.title = title
        self.lines = lines
        self.results = results
        self.now = now
        self.moment = moment
    }

    /// The day on the MSP's calendar.
    public var today: CivilDate { access.local(now).date }
}

/// A document with the name of its file, without ending.
public struct NamedDocument {
    public let document: PrintDocument
    public let name: String

    public init(_ document: PrintDocument, name: String) {
        self.document = document
        self.name = name
    }
}

extension WriteUnit {
    /// Seals a declared paper of an object from a hand-made act: what is kept shows what is true in this transaction. An act that
    /// the paper names (`sealed: .on(…)`) does it by itself.
    ///
    /// Throws `PaperWanted` where it is not printed yet, which must reach the runtime.
    /// - Parameters:
    ///   - at: moment of the stamp, that of the act unless said otherwise.
    ///   - by: who is said to have sealed it, whoever acts unless said otherwise.
    public func seal(_ paper: Paper, of record: String, on id: Identifier, at: Instant? = nil, by: String? = nil) async throws -> Exhibit {
        try await acts.seal(paper.name, of: record, on: id, at: at ?? now, by: by ?? access.displayName, self)
    }

    /// A declared paper of an object as it stands in this transaction, for an act that keeps its page or joins it to something else: it
    /// is composed as for a seal, without the stamp.
    public func document(_ paper: Paper, of record: String, on id: Identifier) async throws -> NamedDocument {
        try await acts.document(paper.name, of: record, on: id, self)
    }
}
