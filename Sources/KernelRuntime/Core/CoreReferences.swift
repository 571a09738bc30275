internal import Kernel

/// What records may point to.
enum CoreReferences {
    static let professional = ReferenceTarget(
        record: "core.professional", table: "kernel.professional", title: "shown_name")
    static let site = ReferenceTarget(record: "core.site", table: "kernel.site", title: "name")
}
