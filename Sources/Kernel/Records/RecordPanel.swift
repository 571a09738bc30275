/// A part of an object's page. A record says the order of its parts; fields, lines and files that no part shows follow at the end, so that
/// nothing of an object is ever out of sight.
public enum RecordPanel: Sendable {
    /// A card of values, under a title: names of fields.
    case facts(String, [String])
    /// A list of lines, by its name.
    case lines(String)
    /// Objects of another record that point to this one.
    case related(RelatedPanel)
    /// The files of the object.
    case files
    /// What the module draws itself, beside what is drawn by declaration.
    case custom(RecordDetail)

    /// Objects of another record that point to this one, with the way to add one.
    /// - Parameters:
    ///   - record: id of the other record, which any module of the house may declare; without it the panel is absent.
    ///   - field: its reference to this record.
    ///   - title: of the card; the other list's own title unless said.
    public static func related(_ record: String, by field: String, title: String? = nil) -> RecordPanel {
        .related(RelatedPanel(record: record, field: field, title: title))
    }
}

/// Rows of another record on the page of the object that they point to.
public struct RelatedPanel: Sendable {
    public let record: String
    public let field: String
    public let title: String?
}

/// What a module draws itself on an object's page: it reads in the page's own round trip.
public struct RecordDetail: Sendable {
    /// Draws for one object once its rows are understood.
    public typealias Drawing = @Sendable (RecordView, HTMLWriter) throws -> Void

    /// Name of the slot that other modules may fill on this page.
    public let slot: String?
    /// Fields that the drawing shows, or tells by other words: they are not drawn again.
    public let shows: Set<String>
    /// What is read for one object, and the drawing made of it.
    public let read: @Sendable (_ msp: Identifier, _ id: Identifier) -> Read<Drawing>

    public init<Value: Sendable>(
        slot: String? = nil, shows: Set<String>, read: @escaping @Sendable (_ msp: Identifier, _ id: Identifier) -> Read<Value>,
        render: @escaping @Sendable (RecordView, Value, HTMLWriter) throws -> Void
    ) {
        self.slot = slot
        self.shows = shows
        self.read = { msp, id in read(msp, id).map { value in { view, html in try render(view, value, html) } } }
    }

    /// A drawing that needs nothing but the object itself.
    public init(shows: Set<String> = [], render: @escaping Drawing) {
        self.init(shows: shows, read: { _, _ in Read(all: []) { _ in () } }, render: { view, _, html in try render(view, html) })
    }
}
