/// Forms, dialogues and disclosures.
extension HTMLWriter {
    /// `<form>`: a form.
    public func form(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<form", attributes, "</form>", content)
    }

    /// `<form>` holding one text.
    public func form(_ attributes: Attribute..., text: String) {
        element("<form", attributes, "</form>", text: text)
    }

    /// `<fieldset>`: a group of fields.
    public func fieldset(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<fieldset", attributes, "</fieldset>", content)
    }

    /// `<fieldset>` holding one text.
    public func fieldset(_ attributes: Attribute..., text: String) {
        element("<fieldset", attributes, "</fieldset>", text: text)
    }

    /// `<legend>`: the title of a group of fields.
    public func legend(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<legend", attributes, "</legend>", content)
    }

    /// `<legend>` holding one text.
    public func legend(_ attributes: Attribute..., text: String) {
        element("<legend", attributes, "</legend>", text: text)
    }

    /// `<label>`: the label of a field.
    public func label(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<label", attributes, "</label>", content)
    }

    /// `<label>` holding one text.
    public func label(_ attributes: Attribute..., text: String) {
        element("<label", attributes, "</label>", text: text)
    }

    /// `<button>`: a button.
    public func button(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<button", attributes, "</button>", content)
    }

    /// `<button>` holding one text.
    public func button(_ attributes: Attribute..., text: String) {
        element("<button", attributes, "</button>", text: text)
    }

    /// `<select>`: a choice among options.
    public func select(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<select", attributes, "</select>", content)
    }

    /// `<select>` holding one text.
    public func select(_ attributes: Attribute..., text: String) {
        element("<select", attributes, "</select>", text: text)
    }

    /// `<option>`: an option.
    public func option(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<option", attributes, "</option>", content)
    }

    /// `<option>` holding one text.
    public func option(_ attributes: Attribute..., text: String) {
        element("<option", attributes, "</option>", text: text)
    }

    /// `<optgroup>`: a group of options.
    public func optgroup(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<optgroup", attributes, "</optgroup>", content)
    }

    /// `<optgroup>` holding one text.
    public func optgroup(_ attributes: Attribute..., text: String) {
        element("<optgroup", attributes, "</optgroup>", text: text)
    }

    /// `<datalist>`: proposals for a field.
    public func datalist(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<datalist", attributes, "</datalist>", content)
    }

    /// `<datalist>` holding one text.
    public func datalist(_ attributes: Attribute..., text: String) {
        element("<datalist", attributes, "</datalist>", text: text)
    }

    /// `<output>`: a computed value.
    public func output(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<output", attributes, "</output>", content)
    }

    /// `<output>` holding one text.
    public func output(_ attributes: Attribute..., text: String) {
        element("<output", attributes, "</output>", text: text)
    }

    /// `<progress>`: how far an act is.
    public func progress(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<progress", attributes, "</progress>", content)
    }

    /// `<progress>` holding one text.
    public func progress(_ attributes: Attribute..., text: String) {
        element("<progress", attributes, "</progress>", text: text)
    }

    /// `<meter>`: a value within a range.
    public func meter(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<meter", attributes, "</meter>", content)
    }

    /// `<meter>` holding one text.
    public func meter(_ attributes: Attribute..., text: String) {
        element("<meter", attributes, "</meter>", text: text)
    }

    /// `<details>`: something that unfolds.
    public func details(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<details", attributes, "</details>", content)
    }

    /// `<details>` holding one text.
    public func details(_ attributes: Attribute..., text: String) {
        element("<details", attributes, "</details>", text: text)
    }

    /// `<summary>`: the visible line of what unfolds.
    public func summary(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<summary", attributes, "</summary>", content)
    }

    /// `<summary>` holding one text.
    public func summary(_ attributes: Attribute..., text: String) {
        element("<summary", attributes, "</summary>", text: text)
    }

    /// `<dialog>`: a dialogue.
    public func dialog(_ attributes: Attribute..., content: () -> Void = {}) {
        element("<dialog", attributes, "</dialog>", content)
    }

    /// `<dialog>` holding one text.
    public func dialog(_ attributes: Attribute..., text: String) {
        element("<dialog", attributes, "</dialog>", text: text)
    }

    /// `<input>`: a field.
    public func input(_ attributes: Attribute...) {
        startTag("<input", attributes)
    }
}
