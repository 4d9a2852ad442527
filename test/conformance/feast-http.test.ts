import { DRIVER, useRides } from './rides-service';

const rides = useRides();
test('x', async () => {
  const post = async (body: object, path = '/get-online-features') => {
    const r = await fetch(rides.service.feastUrl + path, { method: 'POST', body: JSON.stringify(body) });
    return `${r.status} ${await r.text()}`;
  };
  console.log(
    await post({ feature_service: 'every_type', entities: { driver_id: [DRIVER, 4040, 1002, 1003] } }),
  );
  console.log(
    await post({
      features: ['driver_stats:trips', 'driver_stats@v2:trips', 'beat_stats:trips', 'habits:habit_trips'],
      full_feature_names: true,
      include_feature_view_version_metadata: true,
      entities: { driver_id: [DRIVER], city: ['Zürich'] },
    }),
  );
  console.log(
    await post({
      feature_service: 'surging',
      entities: { driver_id: [DRIVER], fare: [3], passengers: [2], asked_at: [5], note: ['a'] },
    }),
  );
  console.log(await post({ feature_service: 'nope', entities: { driver_id: [DRIVER] } }));
});
