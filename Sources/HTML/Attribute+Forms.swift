/// Attributes of forms and fields. A boolean that is false is not written.
extension Attribute {
    /// `action`: address to which a form is sent; a refused one becomes `#`.
    public static func action(_ address: String) -> Attribute { Attribute(address: " action=\"", address) }

    /// `formaction`: address to which this button sends the form; a refused one becomes `#`.
    public static func formaction(_ address: String) -> Attribute { Attribute(address: " formaction=\"", address) }

    /// `method`: how a form is sent.
    public static func method(_ value: Method) -> Attribute {
        switch value {
        case .get: Attribute(whole: " method=\"get\"")
        case .post: Attribute(whole: " method=\"post\"")
        case .dialog: Attribute(whole: " method=\"dialog\"")
        }
    }

    /// `enctype`: how the form's content is written.
    public static func enctype(_ value: Encoding) -> Attribute {
        switch value {
        case .urlencoded: Attribute(whole: " enctype=\"application/x-www-form-urlencoded\"")
        case .multipart: Attribute(whole: " enctype=\"multipart/form-data\"")
        }
    }

    /// `name`: name of a field.
    public static func name(_ value: String) -> Attribute { Attribute(text: " name=\"", value) }

    /// `value`: value of a field.
    public static func value(_ value: String) -> Attribute { Attribute(text: " value=\"", value) }

    /// `value` of a whole number: entry of an ordered list, progress.
    public static func value(_ value: Int) -> Attribute { Attribute(number: " value=\"", value) }

    /// `type`: kind of a field or button.
    public static func type(_ value: InputType) -> Attribute { Attribute(text: " type=\"", "\(value.literal)") }

    /// `type` of a linked file, a media type such as `image/svg+xml`.
    public static func type(_ mediaType: String) -> Attribute { Attribute(text: " type=\"", mediaType) }

    /// `for`: identifier of the field that a label names.
    public static func `for`(_ value: String) -> Attribute { Attribute(text: " for=\"", value) }

    /// `form`: identifier of the form to which a field outside it belongs.
    public static func form(_ value: String) -> Attribute { Attribute(text: " form=\"", value) }

    /// `list`: identifier of the proposals for a field.
    public static func list(_ value: String) -> Attribute { Attribute(text: " list=\"", value) }

    /// `label`: name of a group of options.
    public static func label(_ value: String) -> Attribute { Attribute(text: " label=\"", value) }

    /// `placeholder`: example inside an empty field; never instead of a label.
    public static func placeholder(_ value: String) -> Attribute { Attribute(text: " placeholder=\"", value) }

    /// `autocomplete`: what the browser may propose.
    public static func autocomplete(_ value: String) -> Attribute { Attribute(text: " autocomplete=\"", value) }

    /// `autocapitalize`: first letters on a telephone's keyboard.
    public static func autocapitalize(_ value: StaticString) -> Attribute { Attribute(text: " autocapitalize=\"", "\(value)") }

    /// `spellcheck`: whether the browser underlines mistakes.
    public static func spellcheck(_ on: Bool) -> Attribute { Attribute(text: " spellcheck=\"", "\(on ? "true" : "false")") }

    /// `inputmode`: keyboard shown on a telephone.
    public static func inputmode(_ value: StaticString) -> Attribute { Attribute(text: " inputmode=\"", "\(value)") }

    /// `enterkeyhint`: word on the return key of a telephone.
    public static func enterkeyhint(_ value: StaticString) -> Attribute { Attribute(text: " enterkeyhint=\"", "\(value)") }

    /// `pattern`: form that a value must have.
    public static func pattern(_ value: String) -> Attribute { Attribute(text: " pattern=\"", value) }

    /// `accept`: kinds of files admitted.
    public static func accept(_ value: String) -> Attribute { Attribute(text: " accept=\"", value) }

    /// `min`: least value, a number or a date.
    public static func min(_ value: String) -> Attribute { Attribute(text: " min=\"", value) }

    /// `max`: greatest value, a number or a date.
    public static func max(_ value: String) -> Attribute { Attribute(text: " max=\"", value) }

    /// `step`: step between values, a number or `any`.
    public static func step(_ value: String) -> Attribute { Attribute(text: " step=\"", value) }

    /// `minlength` in characters.
    public static func minlength(_ value: Int) -> Attribute { Attribute(number: " minlength=\"", value) }

    /// `maxlength` in characters.
    public static func maxlength(_ value: Int) -> Attribute { Attribute(number: " maxlength=\"", value) }

    /// `size` of a field in characters.
    public static func size(_ value: Int) -> Attribute { Attribute(number: " size=\"", value) }

    /// `rows` of a long text.
    public static func rows(_ value: Int) -> Attribute { Attribute(number: " rows=\"", value) }

    /// `cols` of a long text.
    public static func cols(_ value: Int) -> Attribute { Attribute(number: " cols=\"", value) }

    /// `required`: must be filled.
    public static func required(_ on: Bool = true) -> Attribute { Attribute(whole: " required", when: on) }

    /// `checked`: ticked.
    public static func checked(_ on: Bool = true) -> Attribute { Attribute(whole: " checked", when: on) }

    /// `selected`: chosen among options.
    public static func selected(_ on: Bool = true) -> Attribute { Attribute(whole: " selected", when: on) }

    /// `disabled`: cannot be used and is not sent.
    public static func disabled(_ on: Bool = true) -> Attribute { Attribute(whole: " disabled", when: on) }

    /// `readonly`: cannot be changed but is sent.
    public static func readonly(_ on: Bool = true) -> Attribute { Attribute(whole: " readonly", when: on) }

    /// `multiple`: several values.
    public static func multiple(_ on: Bool = true) -> Attribute { Attribute(whole: " multiple", when: on) }

    /// `autofocus`: receives the focus when the page opens.
    public static func autofocus(_ on: Bool = true) -> Attribute { Attribute(whole: " autofocus", when: on) }

    /// `novalidate`: the server alone checks the form, so that messages are ours and in French.
    public static func novalidate(_ on: Bool = true) -> Attribute { Attribute(whole: " novalidate", when: on) }

    /// `formnovalidate`: this button sends the form without the browser's checks.
    public static func formnovalidate(_ on: Bool = true) -> Attribute { Attribute(whole: " formnovalidate", when: on) }

    /// How a form is sent.
    public enum Method: Sendable { case get, post, dialog }

    /// How a form's content is written.
    public enum Encoding: Sendable { case urlencoded, multipart }
}

/// Kinds of fields, and of buttons (`submit`, `button`, `reset`).
public enum InputType: Sendable {
    case text, search, email, tel, url, password, number, range, date, datetimeLocal, time, month, week, color
    case checkbox, radio, file, hidden, submit, button, reset

    var literal: StaticString {
        switch self {
        case .text: "text"
        case .search: "search"
        case .email: "email"
        case .tel: "tel"
        case .url: "url"
        case .password: "password"
        case .number: "number"
        case .range: "range"
        case .date: "date"
        case .datetimeLocal: "datetime-local"
        case .time: "time"
        case .month: "month"
        case .week: "week"
        case .color: "color"
        case .checkbox: "checkbox"
        case .radio: "radio"
        case .file: "file"
        case .hidden: "hidden"
        case .submit: "submit"
        case .button: "button"
        case .reset: "reset"
        }
    }
}
