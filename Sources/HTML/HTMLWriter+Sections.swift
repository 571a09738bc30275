/// Sections, headings and other parts of a page's outline.
extension HTMLWriter {
    /// `<main>`: the page's own content, once per page.
    public func main(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<main", attributes, "</main>", content)
    }

    /// `<main>` holding one text.
    public func main(_ attributes: Attribute..., text: String) {
        element("<main", attributes, "</main>", text: text)
    }

    /// `<header>`: introduction of a page or section.
    public func header(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<header", attributes, "</header>", content)
    }

    /// `<header>` holding one text.
    public func header(_ attributes: Attribute..., text: String) {
        element("<header", attributes, "</header>", text: text)
    }

    /// `<footer>`: end of a page or section.
    public func footer(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<footer", attributes, "</footer>", content)
    }

    /// `<footer>` holding one text.
    public func footer(_ attributes: Attribute..., text: String) {
        element("<footer", attributes, "</footer>", text: text)
    }

    /// `<nav>`: a set of links.
    public func nav(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<nav", attributes, "</nav>", content)
    }

    /// `<nav>` holding one text.
    public func nav(_ attributes: Attribute..., text: String) {
        element("<nav", attributes, "</nav>", text: text)
    }

    /// `<section>`: a part with its heading.
    public func section(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<section", attributes, "</section>", content)
    }

    /// `<section>` holding one text.
    public func section(_ attributes: Attribute..., text: String) {
        element("<section", attributes, "</section>", text: text)
    }

    /// `<article>`: a part that stands on its own.
    public func article(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<article", attributes, "</article>", content)
    }

    /// `<article>` holding one text.
    public func article(_ attributes: Attribute..., text: String) {
        element("<article", attributes, "</article>", text: text)
    }

    /// `<aside>`: a side remark or panel.
    public func aside(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<aside", attributes, "</aside>", content)
    }

    /// `<aside>` holding one text.
    public func aside(_ attributes: Attribute..., text: String) {
        element("<aside", attributes, "</aside>", text: text)
    }

    /// `<div>`: a block without meaning of its own.
    public func div(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<div", attributes, "</div>", content)
    }

    /// `<div>` holding one text.
    public func div(_ attributes: Attribute..., text: String) {
        element("<div", attributes, "</div>", text: text)
    }

    /// `<h1>`: the page's title.
    public func h1(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<h1", attributes, "</h1>", content)
    }

    /// `<h1>` holding one text.
    public func h1(_ attributes: Attribute..., text: String) {
        element("<h1", attributes, "</h1>", text: text)
    }

    /// `<h2>`: a heading of level 2.
    public func h2(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<h2", attributes, "</h2>", content)
    }

    /// `<h2>` holding one text.
    public func h2(_ attributes: Attribute..., text: String) {
        element("<h2", attributes, "</h2>", text: text)
    }

    /// `<h3>`: a heading of level 3.
    public func h3(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<h3", attributes, "</h3>", content)
    }

    /// `<h3>` holding one text.
    public func h3(_ attributes: Attribute..., text: String) {
        element("<h3", attributes, "</h3>", text: text)
    }

    /// `<h4>`: a heading of level 4.
    public func h4(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<h4", attributes, "</h4>", content)
    }

    /// `<h4>` holding one text.
    public func h4(_ attributes: Attribute..., text: String) {
        element("<h4", attributes, "</h4>", text: text)
    }

    /// `<h5>`: a heading of level 5.
    public func h5(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<h5", attributes, "</h5>", content)
    }

    /// `<h5>` holding one text.
    public func h5(_ attributes: Attribute..., text: String) {
        element("<h5", attributes, "</h5>", text: text)
    }

    /// `<h6>`: a heading of level 6.
    public func h6(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<h6", attributes, "</h6>", content)
    }

    /// `<h6>` holding one text.
    public func h6(_ attributes: Attribute..., text: String) {
        element("<h6", attributes, "</h6>", text: text)
    }

    /// `<hgroup>`: a heading and its subtitle.
    public func hgroup(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<hgroup", attributes, "</hgroup>", content)
    }

    /// `<hgroup>` holding one text.
    public func hgroup(_ attributes: Attribute..., text: String) {
        element("<hgroup", attributes, "</hgroup>", text: text)
    }

    /// `<address>`: a contact.
    public func address(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<address", attributes, "</address>", content)
    }

    /// `<address>` holding one text.
    public func address(_ attributes: Attribute..., text: String) {
        element("<address", attributes, "</address>", text: text)
    }

    /// `<search>`: a search form.
    public func search(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<search", attributes, "</search>", content)
    }

    /// `<search>` holding one text.
    public func search(_ attributes: Attribute..., text: String) {
        element("<search", attributes, "</search>", text: text)
    }
}
