import Foundation

/// The kernel's own migrations, shipped with this target.
public enum KernelMigrations {
    public static func files() throws(ModuleSetupError) -> [Migration] { try Migration.files(in: .module) }
}
