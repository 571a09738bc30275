/// What stands inside a line of text.
extension HTMLWriter {
    /// `<a>`: a link.
    public func a(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<a", attributes, "</a>", content)
    }

    /// `<a>` holding one text.
    public func a(_ attributes: Attribute..., text: String) {
        element("<a", attributes, "</a>", text: text)
    }

    /// `<span>`: a piece of text without meaning of its own.
    public func span(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<span", attributes, "</span>", content)
    }

    /// `<span>` holding one text.
    public func span(_ attributes: Attribute..., text: String) {
        element("<span", attributes, "</span>", text: text)
    }

    /// `<strong>`: something important.
    public func strong(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<strong", attributes, "</strong>", content)
    }

    /// `<strong>` holding one text.
    public func strong(_ attributes: Attribute..., text: String) {
        element("<strong", attributes, "</strong>", text: text)
    }

    /// `<em>`: something stressed.
    public func em(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<em", attributes, "</em>", content)
    }

    /// `<em>` holding one text.
    public func em(_ attributes: Attribute..., text: String) {
        element("<em", attributes, "</em>", text: text)
    }

    /// `<b>`: a keyword.
    public func b(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<b", attributes, "</b>", content)
    }

    /// `<b>` holding one text.
    public func b(_ attributes: Attribute..., text: String) {
        element("<b", attributes, "</b>", text: text)
    }

    /// `<i>`: an aside voice.
    public func i(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<i", attributes, "</i>", content)
    }

    /// `<i>` holding one text.
    public func i(_ attributes: Attribute..., text: String) {
        element("<i", attributes, "</i>", text: text)
    }

    /// `<u>`: a marked piece.
    public func u(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<u", attributes, "</u>", content)
    }

    /// `<u>` holding one text.
    public func u(_ attributes: Attribute..., text: String) {
        element("<u", attributes, "</u>", text: text)
    }

    /// `<s>`: something no longer true.
    public func s(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<s", attributes, "</s>", content)
    }

    /// `<s>` holding one text.
    public func s(_ attributes: Attribute..., text: String) {
        element("<s", attributes, "</s>", text: text)
    }

    /// `<small>`: a side note.
    public func small(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<small", attributes, "</small>", content)
    }

    /// `<small>` holding one text.
    public func small(_ attributes: Attribute..., text: String) {
        element("<small", attributes, "</small>", text: text)
    }

    /// `<abbr>`: an abbreviation.
    public func abbr(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<abbr", attributes, "</abbr>", content)
    }

    /// `<abbr>` holding one text.
    public func abbr(_ attributes: Attribute..., text: String) {
        element("<abbr", attributes, "</abbr>", text: text)
    }

    /// `<cite>`: the title of a work.
    public func cite(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<cite", attributes, "</cite>", content)
    }

    /// `<cite>` holding one text.
    public func cite(_ attributes: Attribute..., text: String) {
        element("<cite", attributes, "</cite>", text: text)
    }

    /// `<q>`: a short quotation.
    public func q(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<q", attributes, "</q>", content)
    }

    /// `<q>` holding one text.
    public func q(_ attributes: Attribute..., text: String) {
        element("<q", attributes, "</q>", text: text)
    }

    /// `<code>`: a piece of code.
    public func code(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<code", attributes, "</code>", content)
    }

    /// `<code>` holding one text.
    public func code(_ attributes: Attribute..., text: String) {
        element("<code", attributes, "</code>", text: text)
    }

    /// `<kbd>`: a key to press.
    public func kbd(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<kbd", attributes, "</kbd>", content)
    }

    /// `<kbd>` holding one text.
    public func kbd(_ attributes: Attribute..., text: String) {
        element("<kbd", attributes, "</kbd>", text: text)
    }

    /// `<samp>`: an output.
    public func samp(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<samp", attributes, "</samp>", content)
    }

    /// `<samp>` holding one text.
    public func samp(_ attributes: Attribute..., text: String) {
        element("<samp", attributes, "</samp>", text: text)
    }

    /// `<sub>`: a subscript.
    public func sub(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<sub", attributes, "</sub>", content)
    }

    /// `<sub>` holding one text.
    public func sub(_ attributes: Attribute..., text: String) {
        element("<sub", attributes, "</sub>", text: text)
    }

    /// `<sup>`: a superscript.
    public func sup(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<sup", attributes, "</sup>", content)
    }

    /// `<sup>` holding one text.
    public func sup(_ attributes: Attribute..., text: String) {
        element("<sup", attributes, "</sup>", text: text)
    }

    /// `<time>`: a date or time.
    public func time(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<time", attributes, "</time>", content)
    }

    /// `<time>` holding one text.
    public func time(_ attributes: Attribute..., text: String) {
        element("<time", attributes, "</time>", text: text)
    }

    /// `<mark>`: a found piece.
    public func mark(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<mark", attributes, "</mark>", content)
    }

    /// `<mark>` holding one text.
    public func mark(_ attributes: Attribute..., text: String) {
        element("<mark", attributes, "</mark>", text: text)
    }

    /// `<data>`: a value readable by machines.
    public func data(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<data", attributes, "</data>", content)
    }

    /// `<data>` holding one text.
    public func data(_ attributes: Attribute..., text: String) {
        element("<data", attributes, "</data>", text: text)
    }

    /// `<del>`: a removed piece.
    public func del(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<del", attributes, "</del>", content)
    }

    /// `<del>` holding one text.
    public func del(_ attributes: Attribute..., text: String) {
        element("<del", attributes, "</del>", text: text)
    }

    /// `<ins>`: an added piece.
    public func ins(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<ins", attributes, "</ins>", content)
    }

    /// `<ins>` holding one text.
    public func ins(_ attributes: Attribute..., text: String) {
        element("<ins", attributes, "</ins>", text: text)
    }

    /// `<dfn>`: a term being defined.
    public func dfn(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<dfn", attributes, "</dfn>", content)
    }

    /// `<dfn>` holding one text.
    public func dfn(_ attributes: Attribute..., text: String) {
        element("<dfn", attributes, "</dfn>", text: text)
    }

    /// `<bdi>`: a text of its own direction.
    public func bdi(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<bdi", attributes, "</bdi>", content)
    }

    /// `<bdi>` holding one text.
    public func bdi(_ attributes: Attribute..., text: String) {
        element("<bdi", attributes, "</bdi>", text: text)
    }

    /// `<br>`: a line end.
    public func br(_ attributes: Attribute...) {
        startTag("<br", attributes)
    }

    /// `<wbr>`: a place where a word may be cut.
    public func wbr(_ attributes: Attribute...) {
        startTag("<wbr", attributes)
    }
}
