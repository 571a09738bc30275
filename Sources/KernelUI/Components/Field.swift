public import HTML
internal import Kernel

/// A field of a form: its words and what was wrong with it. The input, its label, its help and its error are tied by `id`.
public struct Field: Sendable {
    public let label: String
    /// Name sent with the form.
    public let name: String
    /// Under the label, before the input.
    public let help: String?
    /// How to repair what was refused; nil when nothing was.
    public let error: String?
    public let isRequired: Bool
    /// Identifier of the input, the target of the error summary's links.
    public let id: String

    /// - Parameter id: identifier in the page, `champ-` and the name unless said otherwise.
    public init(_ label: String, name: String, help: String? = nil, error: String? = nil, required: Bool = false, id: String? = nil) {
        self.label = label
        self.name = name
        self.help = help
        self.error = error
        self.isRequired = required
        self.id = id ?? "champ-" + name
    }

    /// The same field, not marked as one that must be filled in.
    var withoutMark: Field { Field(label, name: name, help: help, error: error, required: false, id: id) }

    /// The attributes that tie an input to its label, help and error.
    var attributes: [Attribute] {
        let descriptions = [help == nil ? nil : id + "-aide", error == nil ? nil : id + "-erreur"].compactMap { $0 }
        return [
            .id(id), .name(name), .required(isRequired), .when(error != nil, .aria(.invalid, true)),
            .when(!descriptions.isEmpty, .aria(.describedby, descriptions.joined(separator: " "))),
        ]
    }
}

extension HTMLWriter {
    /// A field around any input: label, help, input, error.
    public func field(_ field: Field, _ input: () -> Void) {
        div(.class(field.error == nil ? "field" : "field field--error")) {
            label(.class("field__label"), .for(field.id)) { labelWords(field) }
            helpLine(field)
            input()
            errorLine(field)
        }
    }

    /// The same, with the words given one by one.
    public func field(
        label: String, name: String, help: String? = nil, error: String? = nil, required: Bool = false, _ input: (Field) -> Void
    ) {
        let words = Field(label, name: name, help: help, error: error, required: required)
        field(words) { input(words) }
    }

    /// A group of inputs under one label: choices, or a day and a time.
    public func fieldGroup(_ field: Field, _ inputs: () -> Void) {
        let descriptions = [field.help == nil ? nil : field.id + "-aide", field.error == nil ? nil : field.id + "-erreur"].compactMap { $0 }
        fieldset(
            .class(field.error == nil ? "field" : "field field--error"), .id(field.id), .when(field.error != nil, .tabindex(-1)),
            .when(!descriptions.isEmpty, .aria(.describedby, descriptions.joined(separator: " ")))
        ) {
            legend(.class("field__label")) { labelWords(field) }
            helpLine(field)
            inputs()
            errorLine(field)
        }
    }

    /// « Les champs marqués * sont obligatoires », once per form.
    public func requiredNote() {
        p(.class("field__help")) {
            text("Les champs marqués ")
            span(.class("required"), text: "*")
            text(" sont obligatoires.")
        }
    }

    private func labelWords(_ field: Field) {
        text(field.label)
        if field.isRequired {
            text("\u{A0}")
            span(.class("required"), .aria(.hidden, true), text: "*")
        }
    }

    private func helpLine(_ field: Field) {
        if let help = field.help { p(.class("field__help"), .id(field.id + "-aide"), text: help) }
    }

    private func errorLine(_ field: Field) {
        guard let error = field.error else { return }
        p(.class("field__error"), .id(field.id + "-erreur")) {
            icon(.warning)
            span(.class("vh"), text: "Erreur\u{A0}: ")
            text(French.typeset(error))
        }
    }
}
