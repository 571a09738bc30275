public import HTML
public import Kernel

/// How wide an input is; its width hints at what it expects.
public enum InputWidth: Sendable {
    case full
    /// A date, an amount.
    case short
    /// A few digits.
    case tiny

    var classes: String {
        switch self {
        case .full: "input"
        case .short: "input input--short"
        case .tiny: "input input--tiny"
        }
    }
}

extension HTMLWriter {
    /// One line of text.
    /// - Parameters:
    ///   - value: what is shown: the stored value, or what was typed when the form was refused.
    ///   - maxLength: in characters; counted as for a long text.
    public func textField(
        _ field: Field, value: String = "", type: InputType = .text, width: InputWidth = .full, maxLength: Int? = nil,
        autocomplete: String? = nil,
        _ attributes: Attribute...
    ) {
        self.field(field) { textInput(field, value, type, width, maxLength, autocomplete, attributes) }
    }

    /// A long text.
    /// - Parameter maxLength: in characters. Nothing is cut: the page counts what is too much, and the server refuses it.
    public func textareaField(_ field: Field, value: String = "", rows: Int = 5, maxLength: Int? = nil, _ attributes: Attribute...) {
        self.field(field) {
            textarea(
                attributes: [.class("textarea"), .rows(rows), .most(maxLength)] + field.attributes
                    + attributes,
                text: value)
        }
    }

    /// An address of mail.
    public func emailField(_ field: Field, value: String = "", autocomplete: String = "email", _ attributes: Attribute...) {
        self.field(field) {
            textInput(field, value, .email, .full, 254, autocomplete, [.autocapitalize("none"), .spellcheck(false)] + attributes)
        }
    }

    /// A telephone number.
    public func phoneField(_ field: Field, value: String = "", _ attributes: Attribute...) {
        self.field(field) { textInput(field, value, .tel, .short, 24, "tel", attributes) }
    }

    /// A password, new or current.
    public func passwordField(_ field: Field, isNew: Bool = false, _ attributes: Attribute...) {
        self.field(field) { textInput(field, "", .password, .full, 1024, isNew ? "new-password" : "current-password", attributes) }
    }

    /// A code of digits received or read elsewhere (second factor).
    public func codeField(_ field: Field, length: Int = 6, _ attributes: Attribute...) {
        self.field(field) {
            input(
                attributes: [
                    .class("input input--code"), .type(.text), .inputmode("numeric"), .autocomplete("one-time-code"),
                    .maxlength(length + 2),
                ]
                    + field.attributes + attributes)
        }
    }

    /// A number typed the French way; the server reads it with `FrenchInput`.
    public func numberField(_ field: Field, value: String = "", unit: String? = nil, isWhole: Bool = false, _ attributes: Attribute...) {
        self.field(field) {
            withUnit(unit) { textInput(field, value, .text, .tiny, 24, "off", [.inputmode(isWhole ? "numeric" : "decimal")] + attributes) }
        }
    }

    /// An amount in euros.
    public func moneyField(_ field: Field, value: String = "", _ attributes: Attribute...) {
        self.field(field) { withUnit("€") { textInput(field, value, .text, .short, 24, "off", [.inputmode("decimal")] + attributes) } }
    }

    /// A duration: « 1 h 15 » or « 75 min ».
    public func durationField(_ field: Field, value: String = "", _ attributes: Attribute...) {
        self.field(field) { textInput(field, value, .text, .tiny, 16, "off", [.placeholder("1 h 15")] + attributes) }
    }

    /// A day, as `2026-11-21` in `value`.
    public func dateField(_ field: Field, value: String = "", min: String? = nil, max: String? = nil, _ attributes: Attribute...) {
        self.field(field) {
            textInput(
                field, value, .date, .short, nil, nil,
                [.when(min != nil, .min(min ?? "")), .when(max != nil, .max(max ?? ""))] + attributes)
        }
    }

    /// A time of day, as `18:30` in `value`.
    public func timeField(_ field: Field, value: String = "", _ attributes: Attribute...) {
        self.field(field) { textInput(field, value, .time, .tiny, nil, nil, attributes) }
    }

    /// A day and a time in one input, as `2026-11-21T18:30` in `value` (see `LocalTime.fieldValue`).
    public func dateTimeField(_ field: Field, value: String = "", _ attributes: Attribute...) {
        self.field(field) { textInput(field, value, .datetimeLocal, .short, nil, nil, attributes) }
    }

    /// A file.
    /// - Parameter accept: kinds admitted, such as `.pdf,image/png`.
    /// - Parameter rule: what the route takes; a file over its limit is told before it travels.
    public func fileField(_ field: Field, accept: String, rule: UploadRule) {
        self.field(field) {
            input(
                attributes: [
                    .class("input"), .type(.file), .accept(accept), .when(rule.maximumFiles > 1, .multiple()),
                    .data("max-bytes", String(rule.maximumBytes)), .data("max-total", String(rule.maximumTotal)),
                    .data("too-large", rule.tooLarge),
                ] + field.attributes)
        }
    }

    /// A value sent with the form and not shown.
    public func hiddenInput(_ name: String, _ value: String) {
        input(.type(.hidden), .name(name), .value(value))
    }

    private func textInput(
        _ field: Field, _ value: String, _ type: InputType, _ width: InputWidth, _ maxLength: Int?, _ autocomplete: String?,
        _ attributes: [Attribute]
    ) {
        input(
            attributes: [
                .class(width.classes), .type(type), .when(!value.isEmpty, .value(value)),
                .most(maxLength), .when(autocomplete != nil, .autocomplete(autocomplete ?? "")),
            ] + field.attributes + attributes)
    }

    private func withUnit(_ unit: String?, _ input: () -> Void) {
        guard let unit else { return input() }
        div(.class("row row--unit")) {
            input()
            span(.class("soft"), .aria(.hidden, true), text: unit)
        }
    }
}

extension Attribute {
    /// Characters that are accepted. Unlike `maxlength`, it cuts nothing that is typed or pasted.
    public static func most(_ characters: Int?) -> Attribute {
        .when(characters != nil, .data("most", String(characters ?? 0)))
    }
}
