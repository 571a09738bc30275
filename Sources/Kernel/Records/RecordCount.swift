/// A figure counted from the rows of a record by the filters of its list (missions.md 13): whoever sees the figure goes to the very rows.
public struct RecordCount: Sendable {
    /// Filters of the list, by name: the codes, flags or ids that a row may have.
    public typealias Rows = [String: [String]]

    /// Code of the catalogue: `K07`.
    public let code: String
    public let label: String
    /// French unit: « réunions »; « % » where the figure is a share.
    public let unit: String
    /// French sentence: how it is computed.
    public let definition: String
    public let disclosure: Indicator.Disclosure
    /// The day, or moment, by which a row counts in a period.
    public let day: String
    public let rows: Rows
    /// What the rows are a share of; nil for a plain count.
    public let among: Rows?

    public init(
        _ code: String, label: String, unit: String, definition: String, disclosure: Indicator.Disclosure, on day: String,
        where rows: Rows = [:], among: Rows? = nil
    ) {
        self.code = code
        self.label = label
        self.unit = unit
        self.definition = definition
        self.disclosure = disclosure
        self.day = day
        self.rows = rows
        self.among = among
    }
}
