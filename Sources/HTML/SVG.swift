/// Drawings. Colours come from classes, since the security policy admits no style in the page.
extension HTMLWriter {
    /// `<svg>`: a drawing.
    public func svg(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<svg", attributes, "</svg>", content)
    }

    /// `<g>`: a group.
    public func g(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<g", attributes, "</g>", content)
    }

    /// `<defs>`: shapes defined for later use.
    public func defs(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<defs", attributes, "</defs>", content)
    }

    /// `<desc>`: the long description of a drawing.
    public func desc(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<desc", attributes, "</desc>", content)
    }

    /// `<desc>` holding one text.
    public func desc(_ attributes: Attribute..., text: String) {
        element("<desc", attributes, "</desc>", text: text)
    }

    /// `<tspan>`: a piece of text of a drawing.
    public func tspan(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<tspan", attributes, "</tspan>", content)
    }

    /// `<tspan>` holding one text.
    public func tspan(_ attributes: Attribute..., text: String) {
        element("<tspan", attributes, "</tspan>", text: text)
    }

    /// `<text>` of a drawing, named apart from the writer's own `text`.
    public func svgText(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<text", attributes, "</text>", content)
    }

    /// `<text>` of a drawing holding one text.
    public func svgText(_ attributes: Attribute..., text: String) {
        element("<text", attributes, "</text>", text: text)
    }

    /// `<use>`: a shape defined in the same page; an identifier, not an address, so nothing is fetched.
    public func use(id: String, _ attributes: Attribute...) {
        startTag("<use", [Attribute(text: " href=\"#", id)] + attributes)
        literal("</use>")
    }

    /// `<path>`: a line of any form.
    public func path(_ attributes: Attribute...) {
        element("<path", attributes, "</path>") {}
    }

    /// `<rect>`: a rectangle.
    public func rect(_ attributes: Attribute...) {
        element("<rect", attributes, "</rect>") {}
    }

    /// `<circle>`: a circle.
    public func circle(_ attributes: Attribute...) {
        element("<circle", attributes, "</circle>") {}
    }

    /// `<ellipse>`: an ellipse.
    public func ellipse(_ attributes: Attribute...) {
        element("<ellipse", attributes, "</ellipse>") {}
    }

    /// `<line>`: a straight line.
    public func line(_ attributes: Attribute...) {
        element("<line", attributes, "</line>") {}
    }

    /// `<polyline>`: a broken line.
    public func polyline(_ attributes: Attribute...) {
        element("<polyline", attributes, "</polyline>") {}
    }

    /// `<polygon>`: a closed broken line.
    public func polygon(_ attributes: Attribute...) {
        element("<polygon", attributes, "</polygon>") {}
    }
}
