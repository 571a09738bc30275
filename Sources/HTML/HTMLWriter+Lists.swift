/// The elements that components write for others: the attributes come as a list, since Swift cannot pass
/// variadic arguments on. Only elements whose content is ordinary text or markup stand here.
extension HTMLWriter {
    /// `<a>` with attributes from a list.
    public func a(attributes: [Attribute], content: () -> Void = {}) {
        element("<a", attributes, "</a>", content)
    }

    /// `<button>` with attributes from a list.
    public func button(attributes: [Attribute], content: () -> Void = {}) {
        element("<button", attributes, "</button>", content)
    }

    /// `<div>` with attributes from a list.
    public func div(attributes: [Attribute], content: () -> Void = {}) {
        element("<div", attributes, "</div>", content)
    }

    /// `<form>` with attributes from a list.
    public func form(attributes: [Attribute], content: () -> Void = {}) {
        element("<form", attributes, "</form>", content)
    }

    /// `<input>` with attributes from a list.
    public func input(attributes: [Attribute]) {
        startTag("<input", attributes)
    }

    /// `<select>` with attributes from a list.
    public func select(attributes: [Attribute], content: () -> Void = {}) {
        element("<select", attributes, "</select>", content)
    }

    /// `<textarea>` with attributes from a list.
    public func textarea(attributes: [Attribute], text: String) {
        startTag("<textarea", attributes)
        keepingFirstLine(text)
        literal("</textarea>")
    }

    /// `<tr>` with attributes from a list.
    public func tr(attributes: [Attribute], content: () -> Void = {}) {
        element("<tr", attributes, "</tr>", content)
    }
}
