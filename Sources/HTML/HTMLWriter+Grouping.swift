/// Paragraphs, lists, quotations and figures.
extension HTMLWriter {
    /// `<p>`: a paragraph.
    public func p(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<p", attributes, "</p>", content)
    }

    /// `<p>` holding one text.
    public func p(_ attributes: Attribute..., text: String) {
        element("<p", attributes, "</p>", text: text)
    }

    /// `<ul>`: a list without order.
    public func ul(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<ul", attributes, "</ul>", content)
    }

    /// `<ul>` holding one text.
    public func ul(_ attributes: Attribute..., text: String) {
        element("<ul", attributes, "</ul>", text: text)
    }

    /// `<ol>`: a list in order.
    public func ol(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<ol", attributes, "</ol>", content)
    }

    /// `<ol>` holding one text.
    public func ol(_ attributes: Attribute..., text: String) {
        element("<ol", attributes, "</ol>", text: text)
    }

    /// `<li>`: an entry of a list.
    public func li(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<li", attributes, "</li>", content)
    }

    /// `<li>` holding one text.
    public func li(_ attributes: Attribute..., text: String) {
        element("<li", attributes, "</li>", text: text)
    }

    /// `<dl>`: terms with their descriptions.
    public func dl(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<dl", attributes, "</dl>", content)
    }

    /// `<dl>` holding one text.
    public func dl(_ attributes: Attribute..., text: String) {
        element("<dl", attributes, "</dl>", text: text)
    }

    /// `<dt>`: a term.
    public func dt(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<dt", attributes, "</dt>", content)
    }

    /// `<dt>` holding one text.
    public func dt(_ attributes: Attribute..., text: String) {
        element("<dt", attributes, "</dt>", text: text)
    }

    /// `<dd>`: a description.
    public func dd(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<dd", attributes, "</dd>", content)
    }

    /// `<dd>` holding one text.
    public func dd(_ attributes: Attribute..., text: String) {
        element("<dd", attributes, "</dd>", text: text)
    }

    /// `<figure>`: an illustration with its caption.
    public func figure(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<figure", attributes, "</figure>", content)
    }

    /// `<figure>` holding one text.
    public func figure(_ attributes: Attribute..., text: String) {
        element("<figure", attributes, "</figure>", text: text)
    }

    /// `<figcaption>`: the caption of an illustration.
    public func figcaption(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<figcaption", attributes, "</figcaption>", content)
    }

    /// `<figcaption>` holding one text.
    public func figcaption(_ attributes: Attribute..., text: String) {
        element("<figcaption", attributes, "</figcaption>", text: text)
    }

    /// `<blockquote>`: a quotation.
    public func blockquote(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<blockquote", attributes, "</blockquote>", content)
    }

    /// `<blockquote>` holding one text.
    public func blockquote(_ attributes: Attribute..., text: String) {
        element("<blockquote", attributes, "</blockquote>", text: text)
    }

    /// `<menu>`: a list of commands.
    public func menu(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<menu", attributes, "</menu>", content)
    }

    /// `<menu>` holding one text.
    public func menu(_ attributes: Attribute..., text: String) {
        element("<menu", attributes, "</menu>", text: text)
    }

    /// `<hr>`: a change of subject.
    public func hr(_ attributes: Attribute...) {
        startTag("<hr", attributes)
    }
}
