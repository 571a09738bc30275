/// Attributes of links, images and the head. Every address passes through `Address`.
extension Attribute {
    /// `href`: address of a link; a refused one becomes `#`.
    public static func href(_ address: String) -> Attribute { Attribute(address: " href=\"", address) }

    /// `src`: address of an image or file; a refused one becomes `#`.
    public static func src(_ address: String) -> Attribute { Attribute(address: " src=\"", address) }

    /// `alt`: what an image says; empty for an ornament.
    public static func alt(_ value: String) -> Attribute { Attribute(text: " alt=\"", value) }

    /// `rel`: relation of the linked page or file.
    public static func rel(_ value: String) -> Attribute { Attribute(text: " rel=\"", value) }

    /// `target`: where a link opens.
    public static func target(_ value: String) -> Attribute { Attribute(text: " target=\"", value) }

    /// `download`: the link saves a file under this name.
    public static func download(_ name: String = "") -> Attribute {
        name.isEmpty ? Attribute(whole: " download") : Attribute(text: " download=\"", name)
    }

    /// `defer`: the script runs once the page is read.
    public static func `defer`(_ on: Bool = true) -> Attribute { Attribute(whole: " defer", when: on) }

    /// `media`: where a style applies.
    public static func media(_ value: String) -> Attribute { Attribute(text: " media=\"", value) }

    /// `charset`: encoding of the page.
    public static func charset(_ value: StaticString) -> Attribute { Attribute(text: " charset=\"", "\(value)") }

    /// `content`: value of a `<meta>`. There is no `http-equiv`, which could redirect.
    public static func content(_ value: String) -> Attribute { Attribute(text: " content=\"", value) }

    /// `property`: name of a `<meta>` for other sites.
    public static func property(_ value: String) -> Attribute { Attribute(text: " property=\"", value) }

    /// `sizes`: sizes of an icon or image.
    public static func sizes(_ value: String) -> Attribute { Attribute(text: " sizes=\"", value) }

    /// `loading`: when an image is fetched.
    public static func loading(_ value: Loading) -> Attribute { Attribute(text: " loading=\"", "\(value == .lazy ? "lazy" : "eager")") }

    /// `color` of a mask icon or theme.
    public static func color(_ value: String) -> Attribute { Attribute(text: " color=\"", value) }

    /// `width` in pixels, or in units of the drawing.
    public static func width(_ value: Double) -> Attribute { Attribute(decimal: " width=\"", value) }

    /// `height` in pixels, or in units of the drawing.
    public static func height(_ value: Double) -> Attribute { Attribute(decimal: " height=\"", value) }

    /// When an image is fetched.
    public enum Loading: Sendable { case lazy, eager }
}
