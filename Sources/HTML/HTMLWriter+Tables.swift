/// Tables.
extension HTMLWriter {
    /// `<table>`: a table.
    public func table(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<table", attributes, "</table>", content)
    }

    /// `<table>` holding one text.
    public func table(_ attributes: Attribute..., text: String) {
        element("<table", attributes, "</table>", text: text)
    }

    /// `<caption>`: the table's title.
    public func caption(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<caption", attributes, "</caption>", content)
    }

    /// `<caption>` holding one text.
    public func caption(_ attributes: Attribute..., text: String) {
        element("<caption", attributes, "</caption>", text: text)
    }

    /// `<thead>`: the header rows.
    public func thead(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<thead", attributes, "</thead>", content)
    }

    /// `<thead>` holding one text.
    public func thead(_ attributes: Attribute..., text: String) {
        element("<thead", attributes, "</thead>", text: text)
    }

    /// `<tbody>`: the body rows.
    public func tbody(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<tbody", attributes, "</tbody>", content)
    }

    /// `<tbody>` holding one text.
    public func tbody(_ attributes: Attribute..., text: String) {
        element("<tbody", attributes, "</tbody>", text: text)
    }

    /// `<tfoot>`: the total rows.
    public func tfoot(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<tfoot", attributes, "</tfoot>", content)
    }

    /// `<tfoot>` holding one text.
    public func tfoot(_ attributes: Attribute..., text: String) {
        element("<tfoot", attributes, "</tfoot>", text: text)
    }

    /// `<tr>`: a row.
    public func tr(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<tr", attributes, "</tr>", content)
    }

    /// `<tr>` holding one text.
    public func tr(_ attributes: Attribute..., text: String) {
        element("<tr", attributes, "</tr>", text: text)
    }

    /// `<th>`: a header cell.
    public func th(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<th", attributes, "</th>", content)
    }

    /// `<th>` holding one text.
    public func th(_ attributes: Attribute..., text: String) {
        element("<th", attributes, "</th>", text: text)
    }

    /// `<td>`: a cell.
    public func td(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<td", attributes, "</td>", content)
    }

    /// `<td>` holding one text.
    public func td(_ attributes: Attribute..., text: String) {
        element("<td", attributes, "</td>", text: text)
    }

    /// `<colgroup>`: a group of columns.
    public func colgroup(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<colgroup", attributes, "</colgroup>", content)
    }

    /// `<colgroup>` holding one text.
    public func colgroup(_ attributes: Attribute..., text: String) {
        element("<colgroup", attributes, "</colgroup>", text: text)
    }

    /// `<col>`: a column.
    public func col(_ attributes: Attribute...) {
        startTag("<col", attributes)
    }
}
