public import HTML
internal import Kernel

/// One entry of a choice.
public struct FieldOption: Sendable {
    public let value: String
    public let label: String
    public let isDisabled: Bool

    public init(_ value: String, _ label: String, disabled: Bool = false) {
        self.value = value
        self.label = label
        self.isDisabled = disabled
    }
}

extension HTMLWriter {
    /// One among several entries: buttons under eight, a list from eight on.
    /// - Parameter none: the words of « no choice » when the field may stay empty.
    public func choiceField(_ field: Field, options: [FieldOption], value: String = "", none: String? = nil) {
        if options.count < 8 {
            let all = (none.map { [FieldOption("", $0)] } ?? []) + options
            fieldGroup(field) { choices(field, all, chosen: [value], isMultiple: false) }
        } else {
            selectField(field, options: options, value: value, none: none ?? (field.isRequired ? nil : "—"))
        }
    }

    /// One among several entries, as a list.
    /// - Parameter none: the first line, without value; nil for none.
    public func selectField(_ field: Field, options: [FieldOption], value: String = "", none: String? = nil, _ attributes: Attribute...) {
        self.field(field) {
            select(attributes: [.class("select")] + field.attributes + attributes) {
                if let none { option(.value(""), .selected(value.isEmpty), text: none) }
                for entry in options {
                    option(
                        .value(entry.value), .selected(entry.value == value && !value.isEmpty), .disabled(entry.isDisabled),
                        text: entry.label)
                }
            }
        }
    }

    /// A name that is typed, where a list would be too long. The script of the page proposes names while one types.
    /// - Parameters:
    ///   - suggest: address to which the text is added; it answers with options.
    ///   - above: what stands before the input.
    public func nameField(_ field: Field, value: String = "", suggest: String, above: () -> Void = {}) {
        self.field(field) {
            above()
            input(
                attributes: [
                    .class("input"), .type(.text), .when(!value.isEmpty, .value(value)), .autocomplete("off"), .list("\(field.id)-noms"),
                    .placeholder("Tapez le début d’un nom"), .data("suggest", suggest),
                ] + field.attributes)
            datalist(.id("\(field.id)-noms")) {}
        }
    }

    /// Several among several entries, as buttons; a column when the entries are many.
    public func choicesField(_ field: Field, options: [FieldOption], values: Set<String> = []) {
        fieldGroup(field) { choices(field, options, chosen: values, isMultiple: true) }
    }

    /// A yes-or-no question as one box. The value sent is `1`.
    public func checkField(_ field: Field, isOn: Bool = false, _ attributes: Attribute...) {
        div(.class(field.error == nil ? "field" : "field field--error")) {
            label(.class("check")) {
                input(attributes: [.type(.checkbox), .value("1"), .checked(isOn)] + field.withoutMark.attributes + attributes)
                // A box says yes or no as it stands: no mark that would read « must be ticked ».
                span(text: field.label)
            }
            if let help = field.help { p(.class("field__help"), .id(field.id + "-aide"), text: help) }
            if let error = field.error {
                p(.class("field__error"), .id(field.id + "-erreur")) {
                    icon(.warning)
                    text(French.typeset(error))
                }
            }
        }
    }

    private func choices(_ field: Field, _ options: [FieldOption], chosen: Set<String>, isMultiple: Bool) {
        div(.class("choices")) {
            for entry in options {
                label(.class("choice")) {
                    input(
                        .type(isMultiple ? .checkbox : .radio), .name(field.name), .value(entry.value),
                        .checked(chosen.contains(entry.value)),
                        .disabled(entry.isDisabled), .required(field.isRequired && !isMultiple))
                    span(text: entry.label)
                }
            }
        }
    }
}
