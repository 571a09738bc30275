/// Attributes of drawings. Numbers are written with at most three decimals.
extension Attribute {
    /// `viewBox`: the window of a drawing.
    public static func viewBox(_ x: Double, _ y: Double, _ width: Double, _ height: Double) -> Attribute {
        let scratch = HTMLWriter(capacity: 32)
        for (index, number) in [x, y, width, height].enumerated() {
            if index > 0 { scratch.byte(UInt8(ascii: " ")) }
            scratch.write(number)
        }
        return Attribute(text: " viewBox=\"", scratch.string)
    }

    /// `d`: the outline of a path.
    public static func d(_ value: String) -> Attribute { Attribute(text: " d=\"", value) }

    /// `d`: the outline of a path written in the source code, such as an icon's.
    public static func outline(_ value: StaticString) -> Attribute { Attribute(text: " d=\"", "\(value)") }

    /// `points`: corners of a broken line.
    public static func points(_ corners: [(x: Double, y: Double)]) -> Attribute {
        let scratch = HTMLWriter(capacity: corners.count * 12)
        for (index, corner) in corners.enumerated() {
            if index > 0 { scratch.byte(UInt8(ascii: " ")) }
            scratch.write(corner.x)
            scratch.byte(UInt8(ascii: ","))
            scratch.write(corner.y)
        }
        return Attribute(text: " points=\"", scratch.string)
    }

    /// `transform`: displacement or rotation.
    public static func transform(_ value: String) -> Attribute { Attribute(text: " transform=\"", value) }

    /// `x`: left edge.
    public static func x(_ value: Double) -> Attribute { Attribute(decimal: " x=\"", value) }

    /// `y`: top edge, or base line of a text.
    public static func y(_ value: Double) -> Attribute { Attribute(decimal: " y=\"", value) }

    /// `x1`: start of a line.
    public static func x1(_ value: Double) -> Attribute { Attribute(decimal: " x1=\"", value) }

    /// `y1`: start of a line.
    public static func y1(_ value: Double) -> Attribute { Attribute(decimal: " y1=\"", value) }

    /// `x2`: end of a line.
    public static func x2(_ value: Double) -> Attribute { Attribute(decimal: " x2=\"", value) }

    /// `y2`: end of a line.
    public static func y2(_ value: Double) -> Attribute { Attribute(decimal: " y2=\"", value) }

    /// `dx`: displacement of a text.
    public static func dx(_ value: Double) -> Attribute { Attribute(decimal: " dx=\"", value) }

    /// `dy`: displacement of a text.
    public static func dy(_ value: Double) -> Attribute { Attribute(decimal: " dy=\"", value) }

    /// `cx`: centre of a circle.
    public static func cx(_ value: Double) -> Attribute { Attribute(decimal: " cx=\"", value) }

    /// `cy`: centre of a circle.
    public static func cy(_ value: Double) -> Attribute { Attribute(decimal: " cy=\"", value) }

    /// `r`: radius of a circle.
    public static func r(_ value: Double) -> Attribute { Attribute(decimal: " r=\"", value) }

    /// `rx`: horizontal radius, or radius of a rectangle's corners.
    public static func rx(_ value: Double) -> Attribute { Attribute(decimal: " rx=\"", value) }

    /// `ry`: vertical radius.
    public static func ry(_ value: Double) -> Attribute { Attribute(decimal: " ry=\"", value) }

    /// `text-anchor`: which end of a text stands at its point.
    public static func textAnchor(_ value: TextAnchor) -> Attribute {
        switch value {
        case .start: Attribute(whole: " text-anchor=\"start\"")
        case .middle: Attribute(whole: " text-anchor=\"middle\"")
        case .end: Attribute(whole: " text-anchor=\"end\"")
        }
    }

    /// `focusable="false"`: an ornament that the keyboard passes by.
    public static var notFocusable: Attribute { Attribute(whole: " focusable=\"false\"") }

    /// Which end of a text stands at its point.
    public enum TextAnchor: Sendable { case start, middle, end }
}
