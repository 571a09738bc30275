/// Attributes of tables, lists and dates.
extension Attribute {
    /// `colspan`: columns covered by a cell.
    public static func colspan(_ value: Int) -> Attribute { Attribute(number: " colspan=\"", value) }

    /// `rowspan`: rows covered by a cell.
    public static func rowspan(_ value: Int) -> Attribute { Attribute(number: " rowspan=\"", value) }

    /// `span`: columns covered by a `<col>`.
    public static func span(_ value: Int) -> Attribute { Attribute(number: " span=\"", value) }

    /// `scope`: what a header cell names.
    public static func scope(_ value: Scope) -> Attribute {
        switch value {
        case .col: Attribute(whole: " scope=\"col\"")
        case .row: Attribute(whole: " scope=\"row\"")
        case .colgroup: Attribute(whole: " scope=\"colgroup\"")
        case .rowgroup: Attribute(whole: " scope=\"rowgroup\"")
        }
    }

    /// `headers`: identifiers of the header cells of a cell.
    public static func headers(_ value: String) -> Attribute { Attribute(text: " headers=\"", value) }

    /// `datetime`: a date or time for machines.
    public static func datetime(_ value: String) -> Attribute { Attribute(text: " datetime=\"", value) }

    /// `start`: first number of an ordered list.
    public static func start(_ value: Int) -> Attribute { Attribute(number: " start=\"", value) }

    /// `reversed`: an ordered list counts down.
    public static func reversed(_ on: Bool = true) -> Attribute { Attribute(whole: " reversed", when: on) }

    /// What a header cell names.
    public enum Scope: Sendable { case col, row, colgroup, rowgroup }
}
