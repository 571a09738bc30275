/// The document itself, its head, and what it loads.
extension HTMLWriter {
    /// `<!DOCTYPE html>`, first line of a page.
    public func doctype() {
        literal("<!DOCTYPE html>\n")
    }

    /// `<html>`: the whole page.
    public func html(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<html", attributes, "</html>", content)
    }

    /// `<head>`: what is said about the page.
    public func head(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<head", attributes, "</head>", content)
    }

    /// `<body>`: what is shown.
    public func body(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<body", attributes, "</body>", content)
    }

    /// `<title>`: title of the page in its head, or accessible name of a drawing.
    public func title(_ attributes: Attribute..., text: String) {
        element("<title", attributes, "</title>", text: text)
    }

    /// `<meta>`: one fact about the page.
    public func meta(_ attributes: Attribute...) {
        startTag("<meta", attributes)
    }

    /// `<link>`: a related file.
    public func link(_ attributes: Attribute...) {
        startTag("<link", attributes)
    }

    /// `<script>`: a file of the house. Anything but a local path writes nothing; there is no way to write a script
    /// inside the page.
    public func script(src: String, _ attributes: Attribute...) {
        guard Address.isLocalPath(src) else { return }
        startTag("<script", [.src(src)] + attributes)
        literal("</script>")
    }

    /// `<noscript>`: what is shown without scripts.
    public func noscript(content: () -> Void) {
        element("<noscript", [], "</noscript>", content)
    }

    /// `<template>`: markup kept for a script.
    public func template(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<template", attributes, "</template>", content)
    }

    /// `<img>`: an image, from the house.
    public func img(_ attributes: Attribute...) {
        startTag("<img", attributes)
    }

    /// `<picture>`: an image in several forms.
    public func picture(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<picture", attributes, "</picture>", content)
    }

    /// `<source>`: one form of an image.
    public func source(_ attributes: Attribute...) {
        startTag("<source", attributes)
    }

    /// `<pre>`: text with its own line ends.
    public func pre(_ attributes: Attribute..., text: String) {
        startTag("<pre", attributes)
        keepingFirstLine(text)
        literal("</pre>")
    }

    /// `<textarea>`: a long text to type.
    public func textarea(_ attributes: Attribute..., text: String = "") {
        startTag("<textarea", attributes)
        keepingFirstLine(text)
        literal("</textarea>")
    }

    /// A browser swallows one line end after the tags `<pre>` and `<textarea>`: one is given to it.
    func keepingFirstLine(_ string: String) {
        if string.utf8.first == 10 || string.utf8.first == 13 { byte(10) }
        text(string)
    }
}
