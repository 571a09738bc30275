/// Attributes of any element.
extension Attribute {
    /// `class`: one or several names separated by spaces.
    public static func `class`(_ names: String) -> Attribute { Attribute(" class=\"", names.isEmpty ? .absent : .text, names) }

    /// `class`: several names; empty ones are left out.
    public static func `class`(_ names: String...) -> Attribute {
        .class(names.filter { !$0.isEmpty }.joined(separator: " "))
    }

    /// `id`: name of the element in the page.
    public static func id(_ value: String) -> Attribute { Attribute(text: " id=\"", value) }

    /// `title`: remark shown on hover; never the only place of an information.
    public static func title(_ value: String) -> Attribute { Attribute(text: " title=\"", value) }

    /// `lang`: language of the content.
    public static func lang(_ value: String) -> Attribute { Attribute(text: " lang=\"", value) }

    /// `dir`: direction of the content, `ltr`, `rtl` or `auto`.
    public static func dir(_ value: StaticString) -> Attribute { Attribute(text: " dir=\"", "\(value)") }

    /// `style` of an element of a mail; a page shows nothing of it.
    public static func inMail(_ style: StaticString) -> Attribute { Attribute(text: " style=\"", "\(style)") }

    /// `role`: role for assistive tools.
    public static func role(_ value: String) -> Attribute { Attribute(text: " role=\"", value) }

    /// `tabindex`: place in the keyboard order, 0 or −1.
    public static func tabindex(_ value: Int) -> Attribute { Attribute(number: " tabindex=\"", value) }

    /// `hidden`: not shown.
    public static func hidden(_ on: Bool = true) -> Attribute { Attribute(whole: " hidden", when: on) }

    /// `open`: unfolded.
    public static func open(_ on: Bool = true) -> Attribute { Attribute(whole: " open", when: on) }

    /// `translate="no"`: names and codes that translation tools must leave alone.
    public static var notTranslated: Attribute { Attribute(whole: " translate=\"no\"") }

    /// `aria-…`: a property for assistive tools.
    public static func aria(_ name: AriaName, _ value: String) -> Attribute {
        Attribute(text: name.lead, value)
    }

    /// `aria-…`: a property that is true or false.
    public static func aria(_ name: AriaName, _ value: Bool) -> Attribute {
        Attribute(text: name.lead, value ? "true" : "false")
    }

    /// `data-…`: a value for the scripts of the house; the name is a literal in small letters.
    public static func data(_ name: StaticString, _ value: String) -> Attribute {
        Attribute(name, .data, value)
    }

    /// `data-…` without a value: a mark for the scripts of the house.
    public static func data(_ name: StaticString) -> Attribute {
        Attribute(name, .dataMark)
    }
}

/// Names of the `aria-…` attributes in use.
public enum AriaName: Sendable {
    case activedescendant, atomic, autocomplete, busy, checked, colcount, controls, current, describedby, description
    case details, disabled, errormessage, expanded, haspopup, hidden, invalid, keyshortcuts, label, labelledby, level
    case live, modal, multiselectable, orientation, owns, placeholder, posinset, pressed, readonly, relevant, required
    case roledescription, rowcount, selected, setsize, sort, valuemax, valuemin, valuenow, valuetext

    var lead: StaticString {
        switch self {
        case .activedescendant: " aria-activedescendant=\""
        case .atomic: " aria-atomic=\""
        case .autocomplete: " aria-autocomplete=\""
        case .busy: " aria-busy=\""
        case .checked: " aria-checked=\""
        case .colcount: " aria-colcount=\""
        case .controls: " aria-controls=\""
        case .current: " aria-current=\""
        case .describedby: " aria-describedby=\""
        case .description: " aria-description=\""
        case .details: " aria-details=\""
        case .disabled: " aria-disabled=\""
        case .errormessage: " aria-errormessage=\""
        case .expanded: " aria-expanded=\""
        case .haspopup: " aria-haspopup=\""
        case .hidden: " aria-hidden=\""
        case .invalid: " aria-invalid=\""
        case .keyshortcuts: " aria-keyshortcuts=\""
        case .label: " aria-label=\""
        case .labelledby: " aria-labelledby=\""
        case .level: " aria-level=\""
        case .live: " aria-live=\""
        case .modal: " aria-modal=\""
        case .multiselectable: " aria-multiselectable=\""
        case .orientation: " aria-orientation=\""
        case .owns: " aria-owns=\""
        case .placeholder: " aria-placeholder=\""
        case .posinset: " aria-posinset=\""
        case .pressed: " aria-pressed=\""
        case .readonly: " aria-readonly=\""
        case .relevant: " aria-relevant=\""
        case .required: " aria-required=\""
        case .roledescription: " aria-roledescription=\""
        case .rowcount: " aria-rowcount=\""
        case .selected: " aria-selected=\""
        case .setsize: " aria-setsize=\""
        case .sort: " aria-sort=\""
        case .valuemax: " aria-valuemax=\""
        case .valuemin: " aria-valuemin=\""
        case .valuenow: " aria-valuenow=\""
        case .valuetext: " aria-valuetext=\""
        }
    }
}
