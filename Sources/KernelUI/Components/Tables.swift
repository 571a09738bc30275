public import HTML

/// A column of a table.
public struct TableColumn: Sendable {
    /// How its cells stand.
    public enum Kind: Sendable {
        case text
        /// Right-aligned, tabular figures.
        case number
        /// Buttons; its header is for screen readers only.
        case actions
    }

    /// The order that a click on the header asks for, and the one in force.
    public struct Sort: Sendable {
        public let href: String
        /// nil when the list is not sorted by this column.
        public let isAscending: Bool?

        public init(href: String, isAscending: Bool? = nil) {
            self.href = href
            self.isAscending = isAscending
        }
    }

    public let title: String
    public let kind: Kind
    public let sort: Sort?

    public init(_ title: String, _ kind: Kind = .text, sort: Sort? = nil) {
        self.title = title
        self.kind = kind
        self.sort = sort
    }
}

/// The boxes at the start of the rows.
public struct TableSelection: Sendable {
    /// Name of the boxes in the form that surrounds the table.
    public let name: String

    public init(name: String = "ids") { self.name = name }
}

extension HTMLWriter {
    /// A table with its caption, sortable headers, rows and, when there is one, its total line.
    ///
    /// Under 640 px each row becomes a short card: the first column is its title, the others follow one another with their column's
    /// name, what is empty is left out, and the columns that sort stand above.
    /// - Parameters:
    ///   - caption: what the table holds, for assistive tools (shown when `showsCaption`).
    ///   - totals: the cells of the last line, the first being its name (« Total des 238 lignes »).
    public func table(
        _ caption: String, columns: [TableColumn], selection: TableSelection? = nil, showsCaption: Bool = false, isDense: Bool = false,
        totals: [String]? = nil, rows: (TableWriter) -> Void
    ) {
        // Wider than its place, it scrolls: by keyboard too.
        div(.class("table-wrap"), .tabindex(0), .role("group"), .aria(.label, caption)) {
            table(.class(isDense ? "table table--dense" : "table")) {
                if showsCaption { self.caption(text: caption) } else { self.caption(.class("vh"), text: caption) }
                thead { tr { headers(columns, selection) } }
                tbody { rows(TableWriter(writer: self, columns: columns, selection: selection)) }
                if let totals { tfoot { tr { totalCells(totals, columns, selection) } } }
            }
        }
    }

    private func headers(_ columns: [TableColumn], _ selection: TableSelection?) {
        if selection != nil {
            th(.class("table__select"), .scope(.col)) {
                label {
                    input(.type(.checkbox), .data("select-all"))
                    span(.class("vh"), text: "Choisir toutes les lignes de la page")
                }
            }
        }
        for column in columns {
            let direction = column.sort?.isAscending
            th(
                .scope(.col), .when(column.kind == .number, .class("num")),
                .when(direction != nil, .aria(.sort, direction == true ? "ascending" : "descending"))
            ) {
                if let sort = column.sort {
                    a(.href(sort.href)) {
                        text(column.title)
                        if let isAscending = sort.isAscending { icon(isAscending ? .ascending : .descending) }
                    }
                } else if column.kind == .actions {
                    span(.class("vh"), text: column.title)
                } else {
                    text(column.title)
                }
            }
        }
    }

    private func totalCells(_ totals: [String], _ columns: [TableColumn], _ selection: TableSelection?) {
        for (index, total) in totals.enumerated() {
            if index == 0 {
                th(.scope(.row), .when(selection != nil, .colspan(2)), text: total)
            } else if index < columns.count {
                let column = columns[index]
                td(.when(column.kind == .number, .class("num")), .when(!total.isEmpty, .data("label", column.title)), text: total)
            }
        }
    }
}

/// Writes the rows of one table.
public struct TableWriter {
    let writer: HTMLWriter
    let columns: [TableColumn]
    let selection: TableSelection?

    /// A row.
    /// - Parameters:
    ///   - id: value of the row's box, when the table has boxes.
    ///   - name: name of the object, said by the box.
    ///   - isChosen: whether its box is ticked, when a form comes back.
    ///   - cells: writes the cells in the order of the columns.
    public func row(id: String = "", name: String = "", isChosen: Bool = false, cells: (inout RowWriter) -> Void) {
        writer.tr(.data("row")) {
            if let selection {
                writer.td(.class("table__select")) {
                    writer.label {
                        writer.input(.type(.checkbox), .name(selection.name), .value(id), .checked(isChosen), .data("row-select"))
                        writer.span(.class("vh")) {
                            writer.text("Choisir ")
                            writer.text(name)
                        }
                    }
                }
            }
            var row = RowWriter(writer: writer, columns: columns)
            cells(&row)
        }
    }
}

/// Writes the cells of one row; each knows its column.
public struct RowWriter {
    let writer: HTMLWriter
    let columns: [TableColumn]
    private var index = 0

    init(writer: HTMLWriter, columns: [TableColumn]) {
        self.writer = writer
        self.columns = columns
    }

    /// The name of the object, linked to its page: the header of the row.
    public mutating func title(_ text: String, href: String? = nil) {
        let h = writer
        title {
            if let href { h.a(.href(href), text: text) } else { h.text(text) }
        }
    }

    /// The header of the row, with more than a name.
    public mutating func title(_ content: () -> Void) {
        index += 1
        writer.th(.scope(.row), content: content)
    }

    /// A cell with a text; an empty one shows « — ».
    public mutating func cell(_ text: String?) {
        let h = writer
        cell {
            if let text, !text.isEmpty { h.text(text) } else { h.span(.class("soft", "table__none"), text: "—") }
        }
    }

    /// A cell with any content.
    public mutating func cell(_ content: () -> Void) {
        guard index < columns.count else { return }
        let column = columns[index]
        index += 1
        switch column.kind {
        case .text: writer.td(.data("label", column.title), content: content)
        case .number: writer.td(.class("num"), .data("label", column.title), content: content)
        case .actions: writer.td(.class("table__actions"), content: content)
        }
    }
}
