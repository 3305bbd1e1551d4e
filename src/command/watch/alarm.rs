//! Who wakes the watcher: the operating system's word that something changed.
//!
//! One alarm a root, set again where the root went away and came back. An
//! alarm that can't be set is no error: files are looked at without it too.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::time::SystemTime;

use notify::event::ModifyKind;
use notify::{Config, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::Root;

/// The alarms of all roots.
pub(super) struct Alarms<'r> {
    roots: &'r [Root],
    wake: Sender<()>,
    set: Vec<Option<Alarm>>,
}

/// The alarm of one root.
struct Alarm {
    /// What it was set on, and when that was made.
    target: PathBuf,
    made: Option<SystemTime>,
    /// Whether that is gone.
    lost: Arc<AtomicBool>,
    /// Held, since it stops when dropped; none where the system refuses.
    _watcher: Option<RecommendedWatcher>,
}

impl<'r> Alarms<'r> {
    pub(super) fn new(roots: &'r [Root], wake: Sender<()>) -> Self {
        Self {
            roots,
            wake,
            set: roots.iter().map(|_| None).collect(),
        }
    }

    /// Sets what isn't set, or no longer on what is there now. Whether every
    /// root is there.
    pub(super) fn renew(&mut self) -> bool {
        let mut all = true;
        for (root, alarm) in self.roots.iter().zip(&mut self.set) {
            let (target, mode) = target(&root.path);
            let Ok(metadata) = target.metadata() else {
                (*alarm, all) = (None, false);
                continue;
            };
            all &= root.path.exists();
            let made = metadata.created().ok();
            let holds = |alarm: &Alarm| {
                let lost = alarm.lost.load(Ordering::Relaxed);
                alarm.target == target && alarm.made == made && !lost
            };
            if !alarm.as_ref().is_some_and(holds) {
                *alarm = Some(Alarm::on(root, target, mode, made, &self.wake));
            }
        }
        all
    }
}

/// What is watched for a root: a folder itself, and for a file its folder,
/// since whoever replaces the file leaves no trace on the old one.
fn target(path: &Path) -> (PathBuf, RecursiveMode) {
    if path.is_dir() {
        return (path.to_path_buf(), RecursiveMode::Recursive);
    }
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    (folder.to_path_buf(), RecursiveMode::NonRecursive)
}

impl Alarm {
    fn on(
        root: &Root,
        target: PathBuf,
        mode: RecursiveMode,
        made: Option<SystemTime>,
        wake: &Sender<()>,
    ) -> Self {
        let lost = Arc::new(AtomicBool::new(false));
        let handler = {
            let (lost, wake) = (Arc::clone(&lost), wake.clone());
            let whole = std::path::absolute(&target).unwrap_or_else(|_| target.clone());
            move |event: notify::Result<Event>| {
                let Ok(event) = event else {
                    let _ = wake.send(());
                    return;
                };
                match event.kind {
                    // What the run itself does to files.
                    EventKind::Access(_) => return,
                    EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_))
                        if event.paths.contains(&whole) =>
                    {
                        lost.store(true, Ordering::Relaxed);
                    }
                    _ => {}
                }
                // A watcher that has ended hears nothing any more.
                let _ = wake.send(());
            }
        };
        let config = Config::default().with_follow_symlinks(root.links);
        let watcher = RecommendedWatcher::new(handler, config).and_then(|mut watcher| {
            watcher.watch(&target, mode)?;
            Ok(watcher)
        });
        Self {
            target,
            made,
            lost,
            _watcher: watcher.ok(),
        }
    }
}
